import { spawn, type ChildProcessByStdio } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import { disposable as dev } from "../helpers/live-environments";
import { stackName } from "../../src/config/names";
import { PROJECT, stackFolder } from "../../tools/shared/terraform/synthesize";
import { prepareStage, type Stage } from "../faults/stage";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";

/** The output of `terraform show -json` for the plan. */
const PLAN = {
  format_version: "1.2",
  terraform_version: "1.11.4",
  resource_changes: [
    {
      address: "aws_vpc.VPC",
      mode: "managed",
      type: "aws_vpc",
      change: {
        actions: ["create"],
        before: null,
        after: {},
        after_unknown: {},
        before_sensitive: false,
        after_sensitive: {},
      },
    },
  ],
  configuration: { root_module: {} },
};

/**
 * Answers like Terraform. Notes each step and each interrupt, waits until the file `go` exists, and prints a line before
 * it writes its state, as Terraform does.
 */
const TERRAFORM = `#!/bin/sh
note() { echo "$1" >> "$NOTES"; }
await_go() {
  trap 'note interrupted' INT
  note "$1"
  while [ ! -e "$NOTES.go" ]; do sleep 0.1; done
}
case "$1" in
  version) if [ -n "$SLOW_VERSION" ]; then await_go version; fi; echo '{"terraform_version":"1.11.4"}' ;;
  init) mkdir -p .terraform; if [ -n "$SLOW_INIT" ]; then await_go init; fi ;;
  plan) echo plan > reviewed.tfplan ;;
  show) cat "$PLAN_JSON" ;;
  apply)
    await_go apply
    echo '{"type":"log"}'
    if [ -n "$NO_BUCKET" ]; then echo '{}' > errored.tfstate; fi
    note "state written"
    exit "\${EXIT_CODE:-1}" ;;
  output) echo '{}' ;;
esac
`;

describeWith(["emulator"], "an interrupted apply", () => {
  const folder = temporaryFolder("apply-interrupt");
  let stage: Stage;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    stage = await prepareStage([dev], folder);
    const bin = mkdtempSync(join(folder, "bin-"));
    writeFileSync(join(bin, "terraform"), TERRAFORM, { mode: 0o755 });
    const json = join(folder, "plan.json");
    writeFileSync(json, JSON.stringify(PLAN));
    env = { ...stage.env, PATH: [bin, process.env.PATH].join(delimiter), PLAN_JSON: json };
    expect(await stage.tool("plan", [dev.name], env)).toMatchObject({ code: 2 });
  });

  afterAll(async () => {
    await stage.emulator.stop();
  });

  /** Starts an apply and waits for Terraform's first note. */
  async function start(settings: NodeJS.ProcessEnv = {}): Promise<Started> {
    const place = mkdtempSync(join(folder, "notes-"));
    const file = join(place, "notes");
    const child = spawn(process.execPath, ["tools/run.cjs", "apply", dev.name], {
      cwd: PROJECT,
      env: { ...env, NOTES: file, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const notes = (): string[] => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : []);
    const noted = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const watcher = watch(place);
        const look = (): void => {
          if (notes().length >= count) {
            watcher.close();
            resolve();
          }
        };
        watcher.on("change", look);
        look();
      });
    await Promise.race([noted(1), ended]);
    return {
      child,
      ended,
      notes,
      noted,
      letTerraformGoOn: () => {
        writeFileSync(`${file}.go`, "");
      },
    };
  }

  test("by many interrupts: reports that it still waits, and interrupts Terraform once", async () => {
    const { child, ended, letTerraformGoOn, notes } = await start();
    const said = heard(child.stderr);
    const pressing = setInterval(() => child.kill("SIGINT"), 50);
    await said("Still waiting: Terraform is stopping");
    clearInterval(pressing);
    letTerraformGoOn();
    expect(await ended).toBe(130);
    expect(notes()).toEqual(["apply", "interrupted", "state written"]);
  });

  test("by a closed terminal: waits until Terraform has written its state", async () => {
    const { child, ended, letTerraformGoOn, noted, notes } = await start();
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill("SIGHUP");
    await noted(2);
    letTerraformGoOn();
    expect(await ended).toBe(130);
    expect(notes()).toEqual(["apply", "interrupted", "state written"]);
  });

  test("during its checks: leaves no folder behind", async () => {
    const temporary = mkdtempSync(join(folder, "tmp-"));
    const { child, ended, letTerraformGoOn, noted, notes } = await start({ SLOW_VERSION: "1", TMPDIR: temporary });
    const ours = (): string[] => readdirSync(temporary).filter((name) => name.startsWith("aleenascuisine"));
    expect(ours()).toHaveLength(1);
    child.kill("SIGINT");
    await noted(2);
    letTerraformGoOn();
    expect(await ended).toBe(130);
    expect(notes()).toEqual(["version", "interrupted"]);
    expect(ours()).toEqual([]);
  });

  test("while Terraform installs its provider: does not go on to the apply", async () => {
    rmSync(join(stackFolder(stage.outdir, stackName(dev.name)), ".terraform"), { recursive: true });
    const { child, ended, letTerraformGoOn, noted, notes } = await start({ SLOW_INIT: "1" });
    const said = heard(child.stderr);
    child.kill("SIGINT");
    await said("Interrupted: nothing was changed.");
    await noted(2);
    letTerraformGoOn();
    expect(await ended).toBe(130);
    expect(notes()).toEqual(["init", "interrupted"]);
  });

  test("while the state bucket cannot be reached: prints where the state is and how to save it", async () => {
    const { child, ended, letTerraformGoOn, noted } = await start({ NO_BUCKET: "1" });
    const said = heard(child.stderr);
    child.kill("SIGINT");
    await noted(2);
    letTerraformGoOn();
    await said("errored.tfstate and nowhere else. Once the bucket can be reached:");
    expect(await ended).toBe(130);
    rmSync(join(stackFolder(stage.outdir, stackName(dev.name)), "errored.tfstate"));
  });

  test("is not what happens when the reader of its progress exits: the apply ends normally", async () => {
    const { child, ended, letTerraformGoOn, notes } = await start({ EXIT_CODE: "0" });
    child.stdout.destroy();
    letTerraformGoOn();
    expect(await ended).toBe(0);
    expect(notes()).toEqual(["apply", "state written"]);
  });
});

/** A running apply. */
interface Started {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
  /** Terraform's notes so far. */
  readonly notes: () => string[];
  /** Resolves when there are this many notes. */
  readonly noted: (count: number) => Promise<void>;
  readonly letTerraformGoOn: () => void;
}

/** Waits until a stream contains some words. */
function heard(stream: Readable): (words: string) => Promise<void> {
  let text = "";
  return (words) =>
    new Promise((resolve) => {
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes(words)) {
          resolve();
        }
      });
    });
}
