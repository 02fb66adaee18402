import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { disposable as dev } from "../helpers/live-environments";
import { stackName } from "../../src/config/names";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { stateAddress } from "../../tools/shared/aws/state-object";
import { PROJECT, stackFolder } from "../../tools/shared/terraform/synthesize";
import { PLAN_FILE, REVIEW_FILES } from "../../tools/operate/plan/record";
import type { Review } from "../../tools/operate/review/review";
import type { OrphanReport } from "../../tools/operate/orphans/orphans";
import { describeWith } from "../end-to-end/describe-with";
import { temporaryFolder } from "../helpers/temporary-folder";
import { documentedCommands, runPasted } from "./documented";
import { prepareStage, type Stage } from "./stage";
import type { SeenRequest } from "./seen-request";
import { UnreliableAws, type Disturbance, type Fault } from "./unreliable";

const STATE = stateAddress(stackName(dev.name), dev.account.id);

/** By itself the provider repeats a call 24 times, which may take three quarters of an hour. */
const IMPATIENCE = { provider: { aws: [{ max_retries: 2 }] } };

/**
 * Settings of what is in the state: a topic has a policy from its beginning, and of a bucket's lifecycle rules the
 * provider keeps no state when it fails while it waits for them. The next apply writes them all the same.
 */
const SETTING = /^aws_(s3_bucket_lifecycle_configuration|sns_topic_policy)\./;

const named = (operation: string) => (request: SeenRequest) => request.operation === operation;
const notOfState = ({ path }: SeenRequest): boolean => !path.includes(STATE.Bucket);
const locks = ({ method, path }: SeenRequest): boolean => method === "PUT" && path.includes(".tflock");

describeWith(["terraform", "emulator"], "an AWS that is disturbed", () => {
  const folder = temporaryFolder("disturbed");
  let stage: Stage;
  let aws: UnreliableAws;
  let env: NodeJS.ProcessEnv;
  let working: string;
  let override: string;

  beforeAll(async () => {
    stage = await prepareStage([dev], folder);
    aws = await UnreliableAws.before(stage.emulator.url);
    env = { ...stage.env, AWS_ENDPOINT_URL: aws.url };
    working = stackFolder(stage.outdir, stackName(dev.name));
    override = join(working, "impatient_override.tf.json");
    writeFileSync(override, JSON.stringify(IMPATIENCE));
  });

  afterAll(async () => {
    aws.stop();
    await stage.emulator.stop();
  });

  afterEach(() => aws.restore());

  const tool = (name: string, ...args: string[]): Promise<ProgramResult> => stage.tool(name, [dev.name, ...args], env);

  const terraform = (...args: string[]): Promise<ProgramResult> => runProgram("terraform", args, { cwd: working, env });

  /** Looks past the proxy. */
  function isLocked(): Promise<boolean> {
    const s3 = new S3Client(clientSettings(dev.account.region, stage.env));
    return s3.send(new HeadObjectCommand({ ...STATE, Key: `${STATE.Key}.tflock` })).then(
      () => true,
      () => false,
    );
  }

  /**
   * Plans until there is a plan that may be applied: what was being made when AWS failed is tainted, and what
   * the gate guards of it is kept, as documented.
   */
  async function planAgain(): Promise<void> {
    const { code, stdout } = await tool("plan", "--format", "json");
    if (code === 3) {
      const { areas, gate } = JSON.parse(stdout) as Review;
      const tainted = areas.flatMap(({ changes }) => changes).filter(({ reason }) => reason?.includes("tainted"));
      for (const { address } of gate.refusals.filter((refusal) =>
        tainted.some((one) => one.address === refusal.address),
      )) {
        expect(await terraform("untaint", address)).toMatchObject({ code: 0 });
      }
      const outstanding = gate.refusals
        .map(({ address }) => address)
        .filter((address) => /policy|lifecycle_configuration/i.test(address));
      const again = await tool("plan", ...outstanding.flatMap((address) => ["--allow", address]));
      expect(again).toMatchObject({ code: 2 });
    } else {
      expect(code).toBe(2);
    }
  }

  /** Every resource in AWS is in the state, and none exists twice. */
  async function expectWholeState(): Promise<void> {
    const { stdout, stderr } = await tool("orphans", "--json");
    expect(stderr).not.toMatch(/error|failed/i);
    const { inState, importable, ...rest } = JSON.parse(stdout) as OrphanReport;
    expect(inState).toBeGreaterThan(0);
    expect(importable.map(({ address }) => address).filter((address) => !SETTING.test(address))).toEqual([]);
    expect(rest).toEqual({
      stack: stackName(dev.name),
      notImported: [],
      twice: [],
      hidden: [],
      unconfigured: [],
      unseen: [],
    });
  }

  /** Applies the plan and fails by a fault that begins on the way. @returns the last message */
  async function applyInto(disturbance: Disturbance): Promise<string> {
    void aws.disturb(disturbance);
    const { code, stderr } = await tool("apply");
    await aws.restore();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^terraform apply failed:\n/);
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  }

  test.each<Fault>(["internal error", "throttling", "silence", "hang up", "refusal"])(
    "%s before a plan: one message, and nothing is left",
    async (fault) => {
      void aws.disturb({ fault });
      const { code, stdout, stderr } = await tool("plan");
      await aws.restore();
      expect([code, stdout]).toEqual([1, ""]);
      const said = stderr.slice(stderr.indexOf("The preflight failed")).split("\n");
      expect(said).toEqual([
        "The preflight failed, and nothing was changed:",
        expect.stringMatching(
          new RegExp(`^ {2}- account and region: ${aws.url} (does not answer \\(|answered HTTP (500|429), )`),
        ),
        expect.stringMatching(/^ {4}→ (Check the network|Run it again)/),
      ]);
      expect(await isLocked()).toBe(false);
      expect(existsSync(join(working, PLAN_FILE))).toBe(false);
    },
  );

  test("500 in the middle of a plan: one message, no lock, no plan", async () => {
    void aws.disturb({ fault: "internal error", after: locks, of: notOfState });
    const { code, stderr } = await tool("plan");
    await aws.restore();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /terraform plan failed:\n[^]+StatusCode: 500[^]+\n {2}AWS failed, or received too many requests. /,
    );
    expect(await isLocked()).toBe(false);
    expect(existsSync(join(working, PLAN_FILE))).toBe(false);
  });

  test("connections are refused at the end of a plan: the lock remains, and the next plan says how to release it", async () => {
    void aws.disturb({ fault: "refusal", after: locks });
    const { code, stderr } = await tool("plan");
    await aws.restore();
    expect([code, await isLocked()]).toEqual([1, true]);
    expect(stderr).toMatch(/connection refused\n {2}AWS could not be reached\. [^\n]+ npm run plan -- dev[^\n]+$/);
    const next = await tool("plan");
    const unlock =
      /release the lock: (terraform -chdir=\S+ force-unlock [0-9a-f-]{36})/.exec(next.stderr)?.[1] ?? "false";
    expect(next.stderr).toMatch(/@\S+ holds the lock since 20\d\d-\d\d-\d\d .+ \(plan\)/);
    expect(await runPasted(`echo yes | ${unlock}`, env, folder)).toMatchObject({ code: 0 });
    expect(await isLocked()).toBe(false);
  });

  test("500 in the middle of an apply: the state names everything, and a second plan is possible", async () => {
    await planAgain();
    const message = await applyInto({ fault: "internal error", after: named("CreateSubnet"), of: notOfState });
    expect(message).toMatch(/StatusCode: 500/);
    expect(message).toMatch(/\n {2}AWS failed, or received too many requests. [^\n]+ npm run plan -- dev[^\n]*$/);
    await expectWholeState();
  });

  test("429 in the middle of an apply: the state names everything", async () => {
    await planAgain();
    const message = await applyInto({ fault: "throttling", after: named("CreateDBSubnetGroup"), of: notOfState });
    expect(message).toMatch(/StatusCode: 429/);
    expect(message).toMatch(/\n {2}AWS failed, or received too many requests. [^\n]+ npm run plan -- dev[^\n]*$/);
    await expectWholeState();
  });

  test("connections are refused from then on: the state is kept, and the documented commands save it", async () => {
    await planAgain();
    const message = await applyInto({ fault: "refusal", after: named("CreateDBCluster") });
    const kept = join(working, "errored.tfstate");
    expect(existsSync(kept)).toBe(true);
    const lines = message.split("\n");
    expect(lines.filter((line) => line.includes("errored.tfstate and nowhere else"))).toHaveLength(1);
    expect(message).not.toContain("npm run plan -- dev");
    for (const name of ["plan", "apply", "orphans"]) {
      const { code, stderr } = await tool(name);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/ it is in \S+errored\.tfstate and nowhere else\./)]);
    }

    const [push = "", unlock = ""] = documentedCommands("AWS does not answer").map((block) =>
      block.replaceAll("cdktf.out", stage.outdir),
    );
    const { stderr } = await runPasted(push, env, folder);
    const id = /ID: +([0-9a-f-]{36})/.exec(stderr)?.[1] ?? "unknown";
    expect(await runPasted(`echo yes | ${unlock.replace("ID", id)}`, env, folder)).toMatchObject({ code: 0 });
    expect(await runPasted(push, env, folder)).toMatchObject({ code: 0 });
    expect(existsSync(kept)).toBe(false);
    await expectWholeState();
  });

  test("an AWS that never answers: Ctrl-C ends the wait, and the state names everything", async () => {
    await planAgain();
    const met = aws.disturb({ fault: "silence", after: named("CreateDBInstance"), of: notOfState });
    const child = spawn(process.execPath, ["tools/run.cjs", "apply", dev.name], {
      cwd: PROJECT,
      env,
      stdio: "ignore",
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await met;
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    await aws.restore();
    expect(await isLocked()).toBe(false);
    await expectWholeState();
  });

  test("a short disturbance: the provider repeats its calls, and the apply succeeds by itself", async () => {
    rmSync(override);
    await planAgain();
    void aws.disturb({ fault: "throttling", after: locks, of: notOfState, times: 4 });
    expect(await tool("apply")).toMatchObject({ code: 0 });
    expect(aws.met).toBe(4);
    expect(await tool("plan")).toMatchObject({ code: 0 });
    expect(readFileSync(join(working, REVIEW_FILES.json), "utf8")).toContain('"refusals": []');
    await expectWholeState();
  });
});
