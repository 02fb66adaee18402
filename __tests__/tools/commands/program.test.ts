import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../../../tools/cli";
import { runProgram } from "../../../tools/shared/process/program";
import type { Command } from "../../../tools/shared/terminal/command";
import { ENVIRONMENT_NAMES } from "../../../tools/shared/terminal/environments";
import { subcommandsOf, usageOf } from "../../../tools/shared/terminal/usage";
import { PROJECT } from "../../../tools/shared/terraform/synthesize";
import { makeCheckout } from "../../helpers/checkout";
import { temporaryFolder } from "../../helpers/temporary-folder";
import { runLine } from "./program";

const [dev = ""] = ENVIRONMENT_NAMES;

/** Every command and subcommand, with the words that run it. */
const ALL: [words: string, command: Command][] = COMMANDS.flatMap((command): [string, Command][] => [
  [command.name, command],
  ...subcommandsOf(command).map((one): [string, Command] => [`${command.name} ${one.name}`, one]),
]);

test.each(ALL)("%s --help prints its usage and does nothing", async (words, command) => {
  const { code, stdout, stderr } = await runLine([...words.split(" "), "--help"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toBe(usageOf(command));
  expect(stdout).toMatch(/^usage: /);
});

test.each(ALL)("%s has a module that runs it, or subcommands that do", (_, { module, subcommands = [] }) => {
  const file = join(PROJECT, "tools", `${module ?? ""}.ts`);
  expect(subcommands.length === 0 ? readFileSync(file, "utf8").includes("export const run: Run =") : module).toBe(
    subcommands.length === 0 ? true : undefined,
  );
});

test.each(ALL.flatMap(([, command]) => (command.examples ?? []).map(({ line }): [string] => [line])))(
  "the example %s has no mistake",
  async (line) => {
    const words = line.replace(/^source <\(|\)$| <.*$/g, "").split(" ");
    const [script = "", ...rest] = words.filter((word) => !["npm", "run", "--silent", "--"].includes(word));
    const { stderr, stdout } = await runLine([script, ...rest, "--no-such-option"]);
    // One mistake alone is reported: the one that was added.
    expect([stdout, stderr.split("\nNothing was done.")[0]]).toEqual(["", 'There is no option "--no-such-option".']);
  },
);

test("help shows the file of that name, or the usage of one command", async () => {
  expect(await runLine(["help"])).toEqual({
    code: 0,
    stdout: readFileSync(join(PROJECT, "help"), "utf8").trimEnd(),
    stderr: "",
  });
  expect((await runLine(["help", "db", "seed"])).stdout).toMatch(/^usage: npm run db -- seed /);
});

describe("ci allowed prints", () => {
  test.each([
    ["nothing, where neither commits nor a person allow anything", ["--commits", "", "--typed", ""], ""],
    ["nothing, where there are no commits", ["--commits", "HEAD..HEAD"], ""],
    [
      "what a person typed, as options of the plan",
      ["--typed", "aws_vpc.VPC aws_eip.VPC_NatAddress"],
      "--allow aws_eip.VPC_NatAddress --allow aws_vpc.VPC",
    ],
  ])("%s", async (_, args, printed) => {
    expect(await runLine(["ci", "allowed", dev, ...args])).toEqual({ code: 0, stdout: printed, stderr: "" });
  });
});

describe("in a process of its own", () => {
  const folder = temporaryFolder("program");
  const env = { PATH: process.env.PATH, HOME: folder };
  const checkout = join(folder, "checkout");

  beforeAll(() => {
    makeCheckout(checkout, { mode: 0o755 });
    copyFileSync(join(PROJECT, "main.ts"), join(checkout, "main.ts"));
  });

  test("an npm script hands on the words, what is printed, and the exit code", async () => {
    const { code, stdout, stderr } = await runProgram("npm", ["run", "--silent", "plan", "--", "stage"], {
      cwd: PROJECT,
      env,
    });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^There is no environment "stage"[^]*\nusage: npm run plan -- ENVIRONMENT/);
  });

  test("the program loads no package but commander before it runs a command", async () => {
    const script = `
      require("tsx/cjs/api").register();
      const before = Object.keys(require.cache);
      require("./tools/cli");
      console.log(Object.keys(require.cache).filter((file) => !before.includes(file)).join("\\n"));`;
    const { stdout } = await runProgram(process.execPath, ["-e", script], { cwd: PROJECT, env });
    const packages = stdout.split("\n").flatMap((file) => /node_modules\/([^/]+)/.exec(file)?.[1] ?? []);
    expect([...new Set(packages)]).toEqual(["commander"]);
  });

  test("without node_modules, it says what to run", async () => {
    const bare = join(folder, "bare");
    mkdirSync(bare);
    cpSync(join(PROJECT, "tools"), join(bare, "tools"), { recursive: true });
    for (const [args, name] of [
      [["tools/run.cjs", "plan", dev], "tsx"],
      [["tools/build/synth.cjs"], "esbuild"],
    ] as const) {
      expect(await runProgram(process.execPath, args, { cwd: bare, env })).toEqual({
        code: 1,
        stdout: "",
        stderr: `The package ${name} is not installed here. Run npm ci first.`,
      });
    }
  });

  test.each([
    ["a syntax error", "export const dev:", "export const dev x:", /:\d+:18: expected ";" but found "x"$/],
    ["a name that does not exist", "protectData: false", "protectData: no", /:\d+:16: no is not defined$/],
    [
      "a field of nothing",
      "protectData: false",
      "protectData: (null as any).no",
      /:\d+:\d+: Cannot read prop.*'no'\)$/,
    ],
  ])("%s in the configuration is one line with its place", async (_, found, replaced, message) => {
    const name = "src/config/environments.ts";
    const text = readFileSync(join(PROJECT, name), "utf8");
    expect(text).toContain(found);
    writeFileSync(join(checkout, name), text.replace(found, replaced));
    for (const args of [["tools/run.cjs", "plan", dev], ["tools/build/synth.cjs"]]) {
      const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: checkout, env });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(/^src\/config\/environments\.ts/);
      expect(stderr).toMatch(message);
      expect(stderr.split("\n")).toHaveLength(1);
    }
    expect(existsSync(join(checkout, "cdktf.out"))).toBe(false);
  });
});
