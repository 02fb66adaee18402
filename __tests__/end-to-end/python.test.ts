import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runProgram } from "../../tools/shared/process/program";
import { pythonWithMoto } from "../../tools/develop/rehearsal/python";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";

describeWith(["python"], "a Python without moto, and no registry to install it from", () => {
  const folder = temporaryFolder("python");
  const localEnvironment = join(folder, "local");

  beforeAll(() => runProgram("python3", ["-m", "venv", join(folder, "bare")]));

  test("is reported with how to install it, and leaves no incomplete environment behind", async () => {
    const env = {
      PATH: [join(folder, "bare", "bin"), process.env.PATH].join(delimiter),
      PIP_NO_INDEX: "1",
      PIP_CONFIG_FILE: "/dev/null",
    };
    const said: string[] = [];
    await expect(pythonWithMoto((text) => said.push(text), { env, localEnvironment })).rejects.toThrow(
      /^The rehearsal needs Python 3 with moto\[server\]==5\.2\.1, which could not be installed:\n[^]*\nInstall it where a Python registry can be reached: python3 -m pip install "moto\[server\]==5\.2\.1"$/,
    );
    expect(said).toEqual([`installing moto[server]==5.2.1 into ${localEnvironment}`]);
    expect(existsSync(localEnvironment)).toBe(false);
  });
});
