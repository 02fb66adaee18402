import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT, synthesisCommand, synthesize } from "../../tools/shared/terraform/synthesize";
import { present } from "../helpers/present";
import { describeWith } from "./describe-with";
import { emulatedAccount } from "./emulated-account";
import { SYNTHESIZED } from "./prerequisites";

const STACK_TRACE = /\n\s+at /;

const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-commands-"));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProgramResult> {
  return runProgram(process.execPath, ["tools/run.cjs", ...args], {
    cwd: PROJECT,
    env: { ...process.env, ...env },
  });
}

/** All files below a folder with their contents. */
function contents(root: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(root.length), readFileSync(file, "base64")]),
  );
}

describe("the command of cdktf.json", () => {
  test("writes the same bytes each time, the function's package included", async () => {
    const [first, second] = [present(process.env[SYNTHESIZED]), join(folder, "second")];
    await synthesize(second);
    const files = Object.keys(contents(first));
    expect(files.filter((file) => file.endsWith("cdk.tf.json"))).toHaveLength(3);
    expect(files.filter((file) => file.endsWith("app.zip"))).toHaveLength(2);
    expect(contents(second)).toEqual(contents(first));
  });

  test("lists every mistake in a configuration, without a stack trace, and writes nothing", async () => {
    const [node, ...args] = synthesisCommand();
    const outdir = join(folder, "broken");
    const result = await runProgram(node, [...args, "__tests__/end-to-end/fixtures/broken-environments.ts"], {
      cwd: PROJECT,
      env: { ...process.env, CDKTF_OUTDIR: outdir },
    });
    expect(result.code).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr.split("\n").filter((line) => line.startsWith("  - "))).toEqual([
      '  - dev: alarmEmail is "nobody": write one e-mail address, such as operator@example.com',
      "  - dev: monthlyBudgetAmount is -1: write an amount in USD greater than 0",
      expect.stringContaining('  - stage: apiAllowedOrigin is "https://shop.example.com/path": an origin has no path'),
    ]);
    expect(result.stderr).not.toMatch(STACK_TRACE);
    expect(existsSync(outdir)).toBe(false);
  });
});

describe("the rehearsal", () => {
  test("no terraform: prints which version to install, and from where", async () => {
    const { code, stderr } = await run(["rehearse"], { PATH: folder });
    expect(code).toBe(1);
    expect(stderr).toBe(
      "terraform is not on the PATH. Install Terraform 1.11.0 or newer (https://developer.hashicorp.com/terraform/install).",
    );
  });
});

describe("an old terraform", () => {
  test("is reported with its version and the one that is needed", async () => {
    const bin = mkdtempSync(join(folder, "old-"));
    const script = `#!/bin/sh\necho '{"terraform_version":"1.10.5"}'\n`;
    writeFileSync(join(bin, "terraform"), script, { mode: 0o755 });
    const path = [bin, process.env.PATH].join(delimiter);
    const { code, stderr } = await run(["bootstrap", "--auto-approve"], { PATH: path });
    expect(code).toBe(1);
    expect(stderr).toBe(
      "terraform on the PATH is 1.10.5. Install Terraform 1.11.0 or newer (https://developer.hashicorp.com/terraform/install).",
    );
  });
});

/** Answers like Terraform, and takes a while to release its lock when it is interrupted. */
const SLOW_TERRAFORM = `#!/bin/sh
case "$1" in
  version) echo '{"terraform_version":"1.11.4"}' ;;
  apply)
    trap 'sleep 1; echo released; exit 1' INT
    echo started
    while :; do sleep 0.1; done ;;
esac
`;

describeWith(["emulator"], "an interrupted bootstrap", () => {
  test("waits until Terraform has released its lock", async () => {
    const bin = mkdtempSync(join(folder, "bin-"));
    writeFileSync(join(bin, "terraform"), SLOW_TERRAFORM, { mode: 0o755 });
    const emulator = await emulatedAccount();
    try {
      const child = spawn(process.execPath, ["tools/run.cjs", "bootstrap", "--auto-approve"], {
        cwd: PROJECT,
        env: { ...emulator.env, PATH: [bin, process.env.PATH].join(delimiter) },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      let saidWhenEnded = "";
      const ended = new Promise<number | null>((resolve) =>
        child.once("exit", (code) => {
          saidWhenEnded = said;
          resolve(code);
        }),
      );
      const started = new Promise<void>((resolve) => {
        child.stdout.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes("started")) {
            resolve();
          }
        });
      });
      await Promise.race([started, ended]);
      child.kill("SIGINT");
      expect(await ended).toBe(130);
      expect(saidWhenEnded).toContain("released");
    } finally {
      await emulator.stop();
    }
  });
});

describeWith(["linux", "terraform", "emulator"], "an interrupted rehearsal", () => {
  test("leaves no process and no file behind", async () => {
    const temporary = mkdtempSync(join(folder, "interrupted-"));
    const child = spawn(process.execPath, ["tools/run.cjs", "rehearse"], {
      cwd: PROJECT,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    // Now the emulator runs, and Terraform works in the temporary folder.
    const working = new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        if (chunk.toString().includes("emulator")) {
          resolve();
        }
      });
    });
    await Promise.race([working, ended]);
    expect(processesIn(temporary).length).toBeGreaterThan(1);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(processesIn(temporary)).toEqual([]);
    expect(readdirSync(temporary).filter((name) => name.startsWith("aleenascuisine"))).toEqual([]);
  });
});

/** Ids of the processes with a folder as their TMPDIR. */
function processesIn(temporary: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) {
      return false;
    }
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`TMPDIR=${temporary}`);
    } catch {
      return false; // It has ended, or belongs to another user.
    }
  });
}
