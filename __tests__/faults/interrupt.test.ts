import { spawn } from "node:child_process";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { guarded as prod } from "../helpers/live-environments";
import { stackName, stateBucketName } from "../../src/config/names";
import { AwsSession } from "../../tools/shared/aws/session";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT, stackFolder } from "../../tools/shared/terraform/synthesize";
import { Terraform } from "../../tools/shared/terraform/terraform";
import type { OrphanReport } from "../../tools/operate/orphans/orphans";
import { findTagged } from "../../tools/operate/orphans/tagged";
import { describeWith } from "../end-to-end/describe-with";
import { temporaryFolder } from "../helpers/temporary-folder";
import { behind, SlowAnswer, type Moment } from "./slow-answer";
import { prepareStage, type Stage } from "./stage";

const STACK = stackName(prod.name);
const LOCK = `${STACK}.tfstate.tflock`;

const is =
  (operation: string): Moment =>
  (request) =>
    request.operation === operation;
const locking: Moment = ({ method, path }) => method === "PUT" && path.includes(LOCK);

describeWith(["linux", "terraform", "emulator"], "an apply that is interrupted", () => {
  const folder = temporaryFolder("interrupt");
  let stage: Stage;
  let aws: SlowAnswer;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    stage = await prepareStage([prod], folder);
    aws = await SlowAnswer.before(stage.emulator.url);
    env = { ...stage.env, AWS_ENDPOINT_URL: aws.url };
  });

  afterAll(async () => {
    aws.stop();
    await stage.emulator.stop();
  });

  /** Ctrl-C at the moment at which an answer is on its way: the terminal signals every process in it. */
  async function interruptAt(moment: Moment): Promise<ProgramResult> {
    const reached = aws.keep(moment);
    const child = spawn("npm", ["run", "apply", "--", prod.name], { cwd: PROJECT, env, detached: true });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
    const ended = new Promise<number>((resolve) =>
      child.once("close", (code, signal) => {
        resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)); // As a shell shows it.
      }),
    );
    const endedBefore = ended.then(() => {
      throw new Error(`The apply ended before that moment: ${said.stderr}`);
    });
    await Promise.race([reached, endedBefore]);
    process.kill(-(child.pid ?? 0), "SIGINT");
    const code = await ended;
    endedBefore.catch(() => undefined);
    aws.release();
    return { code, ...said };
  }

  /**
   * Plans, and does what the review says until the gate lets it pass: what is tainted is whole here, and what
   * is granted on existing resources is what the configuration grants.
   *
   * @returns the tainted addresses
   */
  async function planAndMend(): Promise<string[]> {
    const tainted: string[] = [];
    let plan = await stage.tool("plan", [prod.name], env);
    while (plan.code === 3) {
      const untaint = plan.stdout.match(/^ {2}terraform -chdir=\S+ untaint \S+$/gm) ?? [];
      const again =
        plan.stdout
          .match(/^ {2}npm run plan -- .+$/gm)
          ?.pop()
          ?.split(" -- ")[1]
          ?.split(" ") ?? [];
      expect(plan.stdout).not.toContain("protectData");
      for (const command of untaint) {
        expect(await runProgram("sh", ["-c", command], { cwd: PROJECT, env })).toMatchObject({ code: 0 });
        tainted.push(command.split(" ").pop() ?? "");
      }
      plan = await stage.tool("plan", again, env);
    }
    expect(plan.stderr).toMatch(/npm run apply -- prod$|Nothing to apply\.$/);
    return tainted;
  }

  /** Imports orphaned resources, as the interrupted apply says. @returns its addresses */
  async function importOrphans(): Promise<string[]> {
    const { stdout } = await stage.tool("orphans", [prod.name, "--json"], env);
    const report = JSON.parse(stdout) as OrphanReport;
    expect(report).toMatchObject({ twice: [], hidden: [], unconfigured: [], unseen: [] });
    for (const { command } of report.importable) {
      expect(await runProgram("sh", ["-c", command], { cwd: PROJECT, env })).toMatchObject({ code: 0 });
    }
    return report.importable.map(({ address }) => address);
  }

  async function expectNothingLeftBehind(): Promise<void> {
    expect(processesOf(stage.outdir)).toEqual([]);
    const s3 = new S3Client(clientSettings(prod.account.region, stage.env));
    const lock = s3.send(new HeadObjectCommand({ Bucket: stateBucketName(prod.account.id), Key: LOCK }));
    await expect(lock).rejects.toMatchObject({ name: "NotFound" });
  }

  const addresses = (): Promise<string[]> => new Terraform(stackFolder(stage.outdir, STACK), env).stateList();
  const tagged = (): ReturnType<typeof findTagged> => findTagged(STACK, new AwsSession(prod.account, stage.env));

  test.each([
    ["while it checks", is("GetCallerIdentity"), "Interrupted: nothing was changed."],
    ["when Terraform has just started", behind(locking, is("GetCallerIdentity")), "Interrupted: waiting for Terraform"],
  ])("%s: nothing is made", async (_, moment, message) => {
    expect(await planAndMend()).toEqual([]);
    const { code, stderr } = await interruptAt(moment);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("Still waiting");
    expect(code).toBe(130);
    await expectNothingLeftBehind();
    expect([await tagged(), await addresses()]).toEqual([[], []]);
  });

  test("while AWS creates what Terraform does not learn of: orphans lists it, and the rest is in the state", async () => {
    await planAndMend();
    const { code, stderr } = await interruptAt(is("CreateVpc"));
    expect(code).toBe(130);
    expect(stderr).toContain(`npm run orphans -- ${prod.name}`);
    await expectNothingLeftBehind();
    expect(await addresses()).not.toContain("aws_vpc.VPC");
    expect(await importOrphans()).toContain("aws_vpc.VPC");
  });

  test.each([
    ["while the database is made", behind(is("CreateDBCluster"), is("DescribeDBClusters")), "aws_rds_cluster.Database"],
    [
      "shortly before the end",
      behind(is("CreateDBInstance"), is("DescribeDBInstances")),
      "aws_rds_cluster_instance.Database_Writer",
    ],
  ])("%s: what was being created is tainted, and the plan shows the next steps", async (_, moment, beingMade) => {
    await planAndMend();
    const { code } = await interruptAt(moment);
    expect(code).toBe(130);
    await expectNothingLeftBehind();
    await importOrphans();
    expect(await addresses()).toContain(beingMade);
    expect(await planAndMend()).toContain(beingMade);
  });

  test("five times: the next run ends with all of it, and nothing exists twice", async () => {
    expect(await stage.tool("apply", [prod.name], env)).toMatchObject({ code: 0 });
    expect(await stage.tool("plan", [prod.name], env)).toMatchObject({ code: 0 });
    const state = JSON.stringify(await new Terraform(stackFolder(stage.outdir, STACK), env).show());
    const found = await tagged();
    expect(found.filter(({ arn, id }) => !state.includes(arn) && !state.includes(`"${id}"`))).toEqual([]);
    const count = (type: string): number => found.filter(({ types }) => types.includes(type)).length;
    const once = ["aws_vpc", "aws_nat_gateway", "aws_kms_key", "aws_rds_cluster", "aws_cloudfront_distribution"];
    expect(once.map((type) => [type, count(type)])).toEqual(once.map((type) => [type, 1]));
    expect(await importOrphans()).toEqual([]);
  });
});

/** Ids of the processes that were given this output folder. */
function processesOf(outdir: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) {
      return false;
    }
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`CDKTF_OUTDIR=${outdir}`);
    } catch {
      return false; // It ended meanwhile, or belongs to another user.
    }
  });
}
