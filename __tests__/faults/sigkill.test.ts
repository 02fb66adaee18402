import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { disposable as dev } from "../helpers/live-environments";
import { stackName, stateBucketName } from "../../src/config/names";
import { AwsSession } from "../../tools/shared/aws/session";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { endGroup, runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import type { ProgressEvent, Terraform } from "../../tools/shared/terraform/terraform";
import { readConfiguration } from "../../tools/operate/orphans/configuration";
import { findOriginAccessControls } from "../../tools/operate/orphans/origin-access-controls";
import type { OrphanReport } from "../../tools/operate/orphans/orphans";
import { findTagged } from "../../tools/operate/orphans/tagged";
import type { Emulator } from "../../tools/develop/rehearsal/emulator";
import { describeWith } from "../end-to-end/describe-with";
import { emulatedAccount } from "../end-to-end/emulated-account";
import { temporaryFolder } from "../helpers/temporary-folder";
import { prepareStage, type Stage } from "./stage";

const STACK = stackName(dev.name);
const PLAN = "sigkill.tfplan";
const CLUSTER = "aws_rds_cluster.Database";

/** The one resource that is created again; the cluster needs its password. */
const SECRET_VERSION = "aws_secretsmanager_secret_version.DatabaseCredentials_Version";

describeWith(["terraform", "emulator"], "an apply that was killed", () => {
  const folder = temporaryFolder("sigkill");
  let stage: Stage;
  let terraform: Terraform;

  beforeAll(async () => {
    stage = await prepareStage([dev], folder);
    terraform = await stage.terraform(dev);
  });

  afterAll(async () => {
    await stage.emulator.stop();
  });

  /** Applies until an event comes, and kills Terraform and its provider that moment. @returns addresses made until then */
  async function killApply(when: (made: ReadonlySet<string>) => boolean): Promise<ReadonlySet<string>> {
    const child = spawn("terraform", ["apply", "-input=false", "-auto-approve", "-json"], {
      cwd: terraform.folder,
      env: stage.env,
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const made = new Set<string>();
    for await (const line of createInterface({ input: child.stdout })) {
      const { type, hook } = JSON.parse(line) as ProgressEvent;
      if (type === "apply_complete") {
        made.add(hook?.resource?.addr ?? "");
        if (when(made)) {
          break;
        }
      }
    }
    await endGroup(child, "at once");
    return made;
  }

  async function findOrphans(): Promise<{ code: number; report: OrphanReport }> {
    const { code, stdout } = await stage.tool("orphans", [dev.name, "--json"]);
    return { code, report: JSON.parse(stdout) as OrphanReport };
  }

  /** Runs commands as they are printed. */
  async function runPrinted(commands: readonly string[]): Promise<ProgramResult> {
    const script = ["set -e", ...commands].join("\n");
    return runProgram("sh", ["-c", script], { cwd: PROJECT, env: stage.env });
  }

  async function stateExists(): Promise<boolean> {
    const s3 = new S3Client(clientSettings(dev.account.region, stage.env));
    const object = { Bucket: stateBucketName(dev.account.id), Key: `${STACK}.tfstate` };
    return s3.send(new HeadObjectCommand(object)).then(
      () => true,
      () => false,
    );
  }

  let made: ReadonlySet<string>;
  let unlock = "";

  test("soon: leaves things without any state, and a lock that the next plan explains", async () => {
    made = await killApply(({ size }) => size === 4);
    expect(await stateExists()).toBe(false);
    const { code, stderr } = await stage.tool("plan", [dev.name]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/@\S+ holds the lock since 20\d\d-\d\d-\d\d .* \(apply\)/);
    unlock = /terraform -chdir=\S+ force-unlock [0-9a-f-]{36}/.exec(stderr)?.[0] ?? "";
    expect(unlock).not.toBe("");
  });

  test("soon: orphans explains the lock, and lists everything that was made", async () => {
    const { code, report } = await findOrphans();
    expect(code).toBe(2);
    expect(report.inState).toBe(0);
    expect(report.lock).toMatchObject({ operation: "OperationTypeApply" });
    expect(unlock).toContain(report.lock?.id);
    const listed = [...report.importable, ...report.notImported].map(({ address }) => address);
    expect(listed).toEqual(expect.arrayContaining([...made]));
    expect(report).toMatchObject({ twice: [], hidden: [], unconfigured: [], unseen: [] });
  });

  test("soon: the commands as they are printed import all of it", async () => {
    expect((await runPrinted([`echo yes | ${unlock}`])).code).toBe(0);
    const { report } = await findOrphans();
    expect(report.lock).toBeUndefined();
    expect(await runPrinted(report.importable.map(({ command }) => command))).toMatchObject({ code: 0 });
    const after = await findOrphans();
    expect(after.report).toMatchObject({ inState: report.importable.length, importable: [], unconfigured: [] });
  });

  test("late: what is not in state is imported, and the next apply creates the rest", async () => {
    made = await killApply((addresses) => addresses.has(CLUSTER));
    expect(await stateExists()).toBe(true);
    const { report } = await findOrphans();
    expect(report).toMatchObject({ twice: [], hidden: [], unconfigured: [], unseen: [] });
    expect(report.importable.map(({ address }) => address)).toContain(CLUSTER);
    expect((await runPrinted([`echo yes | ${report.lock?.release ?? "false"}`])).code).toBe(0);
    expect(await runPrinted(report.importable.map(({ command }) => command))).toMatchObject({ code: 0 });

    const changes = await terraform.plan(PLAN);
    const deleted = changes.filter(({ change }) => change.actions.includes("delete")).map(({ address }) => address);
    expect(deleted.filter((address) => !address.startsWith("aws_api_gateway_deployment."))).toEqual([]);
    await terraform.apply(PLAN, () => undefined);
    expect(await terraform.plan(PLAN)).toEqual([]);
  });

  test("a cluster and a password missing from the state: the cluster is imported, and given a new password", async () => {
    const { version_id: before } = await terraform.stateOf(SECRET_VERSION);
    await runPrinted([`terraform -chdir=${terraform.folder} state rm ${CLUSTER} ${SECRET_VERSION}`]);
    const { report } = await findOrphans();
    expect(report.importable.map(({ address }) => address)).toEqual([CLUSTER]);
    expect(report.notImported.map(({ address }) => address)).toEqual([SECRET_VERSION]);
    expect(await runPrinted(report.importable.map(({ command }) => command))).toMatchObject({ code: 0 });

    const changes = await terraform.plan(PLAN);
    expect(changes.map(({ address, change }) => `${address}: ${change.actions.join()}`)).toEqual([
      `${CLUSTER}: update`,
      `${SECRET_VERSION}: create`,
    ]);
    await terraform.apply(PLAN, () => undefined);
    const { version_id: after } = await terraform.stateOf(SECRET_VERSION);
    const digest = createHash("sha256").update(String(after)).digest("hex");
    expect(after).not.toBe(before);
    expect(await terraform.stateOf(CLUSTER)).toMatchObject({
      master_password_wo_version: Number.parseInt(digest.slice(0, 7), 16),
    });
    expect(await terraform.plan(PLAN)).toEqual([]);
  });

  test("nothing exists twice, and nothing without state", async () => {
    const tagged = await findTagged(STACK, new AwsSession(dev.account, stage.env));
    const configured = readConfiguration(terraform.folder);
    const counts = tagged.map(({ arn, types }) => [arn, types]);
    for (const type of new Set(tagged.flatMap(({ types }) => types))) {
      const count = tagged.filter(({ types }) => types.includes(type)).length;
      const wanted = configured.filter((resource) =>
        tagged.some(({ types }) => types.includes(type) && types.includes(resource.type)),
      ).length;
      expect([type, count, counts]).toEqual([type, wanted, counts]);
    }
    const control = configured.find(({ type }) => type === "aws_cloudfront_origin_access_control");
    expect(
      await findOriginAccessControls(String(control?.arguments.name), new AwsSession(dev.account, stage.env)),
    ).toHaveLength(1);
    const { code, report } = await findOrphans();
    expect([code, report]).toEqual([0, expect.objectContaining({ importable: [], notImported: [] })]);
  });
});

describeWith(["terraform", "emulator"], "orphans on a machine or in an account that is not ready", () => {
  const folder = temporaryFolder("survivors");
  let stranger: Emulator;

  beforeAll(async () => {
    stranger = await emulatedAccount();
  });

  afterAll(async () => {
    await stranger.stop();
  });

  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ["no terraform", { PATH: "/nowhere" }, /^terraform is not on the PATH\./],
    ["no answer", { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }, /^The search was not started: .*127\.0\.0\.1:9/],
    ["an account without a state bucket", {}, /^The search was not started: .* does not exist\nnpm run bootstrap$/],
  ])("%s: one message", async (_, changed, message) => {
    const env = { ...stranger.env, CDKTF_OUTDIR: folder, ...changed };
    const { code, stdout, stderr } = await runProgram(process.execPath, ["tools/run.cjs", "orphans", dev.name], {
      cwd: PROJECT,
      env,
    });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
