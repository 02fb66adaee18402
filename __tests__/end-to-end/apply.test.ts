import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ACCOUNT } from "../../src/config/account";
import { disposable as dev, guarded as prod } from "../helpers/live-environments";
import { stackName, stateBucketName } from "../../src/config/names";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT, stackFolder } from "../../tools/shared/terraform/synthesize";
import { SlowAnswer } from "../faults/slow-answer";
import { prepareStage, type Stage } from "../faults/stage";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";
import { strangerTo } from "./emulated-account";

const STACK_TRACE = /\n\s+at /;
const PLAN = "reviewed.tfplan";
const RECORD = "reviewed.json";
const NO_PLAN = /^There is no reviewed plan of dev in \S+\. Create one: npm run plan -- dev$/;

const apply = (args: readonly string[], env: NodeJS.ProcessEnv, project = PROJECT): Promise<ProgramResult> =>
  runProgram(process.execPath, ["tools/run.cjs", "apply", ...args], { cwd: project, env });

describeWith(["terraform", "emulator"], "apply refuses", () => {
  const folder = temporaryFolder("apply");
  let stage: Stage;
  let s3: S3Client;

  beforeAll(async () => {
    stage = await prepareStage([dev, prod], folder);
    s3 = new S3Client(clientSettings(ACCOUNT.region, stage.env));
    await placeForgottenBucket(s3);
    const refused = join(folder, "refused");
    cpSync(stage.outdir, refused, { recursive: true });
    const [ofDev, ofProd] = await Promise.all([
      stage.tool("plan", [dev.name], inFolder(stage.outdir)),
      stage.tool("plan", [prod.name], inFolder(refused)),
    ]);
    expect([ofDev.code, ofProd.code]).toEqual([2, 3]);
  });

  afterAll(async () => {
    await stage.emulator.stop();
  });

  const inFolder = (outdir: string): NodeJS.ProcessEnv => ({ ...stage.env, CDKTF_OUTDIR: outdir });
  const devIn = (outdir: string): string => stackFolder(outdir, stackName(dev.name));
  const prodPlan = (name: string): string => join(stackFolder(join(folder, "refused"), stackName(prod.name)), name);

  /** A copy of the folder with dev's reviewed plan. */
  function reviewed(): string {
    const outdir = mkdtempSync(join(folder, "case-"));
    cpSync(stage.outdir, outdir, { recursive: true, verbatimSymlinks: true });
    return outdir;
  }

  /** Applies dev, and checks that nothing changes, here or in AWS. @returns the message */
  async function refusal(outdir: string, { args = [], env = {}, project = PROJECT }: Attempt = {}): Promise<string> {
    const before = [contents(outdir), await objects(s3)];
    const { code, stdout, stderr } = await apply([dev.name, ...args], { ...inFolder(outdir), ...env }, project);
    expect(code).toBe(1);
    expect(stdout).not.toContain("Applying");
    expect(stderr).not.toMatch(STACK_TRACE);
    expect([contents(outdir), await objects(s3)]).toEqual(before);
    return stderr;
  }

  test("without a plan", async () => {
    expect(await refusal(mkdtempSync(join(folder, "empty-")))).toMatch(NO_PLAN);
  });

  test("a plan without its record, and a record without its plan", async () => {
    for (const name of [PLAN, RECORD]) {
      const outdir = mkdtempSync(join(folder, "half-"));
      mkdirSync(devIn(outdir), { recursive: true });
      copyFileSync(join(devIn(stage.outdir), name), join(devIn(outdir), name));
      expect(await refusal(outdir)).toMatch(NO_PLAN);
    }
  });

  test.each([
    ["is cut off", (text: string) => text.slice(0, 100)],
    ["is of another version of the project", (text: string) => text.replace('"version": 1', '"version": 2')],
  ])("a record that %s", async (_, change) => {
    const outdir = reviewed();
    const file = join(devIn(outdir), RECORD);
    writeFileSync(file, change(readFileSync(file, "utf8")));
    expect(await refusal(outdir)).toBe(`${file} was not written by this version of the project. Plan again.`);
  });

  test("a plan that the gate refused", async () => {
    const { code, stderr } = await apply([prod.name], inFolder(join(folder, "refused")));
    expect([code, reasons(stderr)]).toEqual([1, ["The gate refused it; its review shows what would be lost."]]);
    expect(stderr).toMatch(/Plan and review again: npm run plan -- prod$/);
  });

  test("a plan that is too old", async () => {
    expect(reasons(await refusal(reviewed(), { args: ["--max-age", "0.0001"] }))).toEqual([
      expect.stringMatching(/^It was made at 20\S+Z; a plan may be at most 0.0001 hours old \(--max-age\)\.$/),
    ]);
  });

  test("a plan made from sources that have changed since", async () => {
    const project = mkdtempSync(join(folder, "sources-"));
    for (const name of ["cdktf.json", "main.ts", "package.json", "src", "tools", "tsconfig.json"]) {
      cpSync(join(PROJECT, name), join(project, name), { recursive: true });
    }
    symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));
    const outdir = reviewed();
    const file = join(project, "src", "config", "environments.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("logRetentionDays: 14", "logRetentionDays: 30"));
    expect(reasons(await refusal(outdir, { project }))).toEqual(["The sources now synthesize a different stack."]);
  });

  test.each([
    ["configuration", "cdk.tf.json"],
    ["package of the function", "assets"],
  ])("a plan whose %s has changed since", async (_, name) => {
    const outdir = reviewed();
    const path = join(devIn(outdir), name);
    appendFileSync(name === "assets" ? (filesIn(path)[0] ?? "") : path, "\n");
    expect(reasons(await refusal(outdir))).toEqual([
      "The synthesized stack next to it was changed: it would no longer deploy what was reviewed.",
    ]);
  });

  test("a plan file that was replaced", async () => {
    const outdir = reviewed();
    copyFileSync(prodPlan(PLAN), join(devIn(outdir), PLAN));
    expect(reasons(await refusal(outdir))).toEqual([`${PLAN} is not the file that was reviewed.`]);
  });

  test("another environment's plan, with everything that is wrong with it", async () => {
    const outdir = reviewed();
    for (const name of [PLAN, RECORD]) {
      copyFileSync(prodPlan(name), join(devIn(outdir), name));
    }
    expect(reasons(await refusal(outdir))).toEqual([
      "It is a plan of prod, not of dev.",
      "The gate refused it; its review shows what would be lost.",
      "The sources now synthesize a different stack.",
      expect.stringContaining("The synthesized stack next to it was changed"),
    ]);
  });

  test("at another endpoint than the plan's", async () => {
    const proxy = await SlowAnswer.before(stage.emulator.url);
    try {
      expect(reasons(await refusal(reviewed(), { env: { AWS_ENDPOINT_URL: proxy.url } }))).toEqual([
        `It was made against ${stage.emulator.url}, and the endpoint is now ${proxy.url} (AWS_ENDPOINT_URL).`,
      ]);
    } finally {
      proxy.stop();
    }
  });

  test("in another account", async () => {
    const message = await refusal(reviewed(), { env: await strangerTo(stage.emulator) });
    expect(message).toMatch(/^The preflight failed, and nothing was changed:\n/);
    expect(message).toContain("in account 111122223333; Phase A is in account 498192039865");
  });

  test("while the state of the last apply exists only on this machine", async () => {
    const outdir = reviewed();
    writeFileSync(join(devIn(outdir), "errored.tfstate"), "{}");
    const message = await refusal(outdir);
    expect(message).toContain(`terraform -chdir=${devIn(outdir)} state push errored.tfstate`);
    expect(message).toMatch(/Nothing was changed\.$/);
  });
});

/** How the apply is run. */
interface Attempt {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of the project. @default - this one */
  readonly project?: string;
}

/** The reasons against the plan. */
function reasons(message: string): string[] {
  expect(message).toMatch(/^The plan in \S+ is not applied, and nothing was changed:\n/);
  return (message.match(/^ {2}- .+$/gm) ?? []).map((line) => line.slice("  - ".length));
}

/** Creates a bucket that is in prod's state and not in its configuration: a plan would delete it. */
async function placeForgottenBucket(s3: S3Client): Promise<void> {
  const bucket = "aleenascuisine-prod-forgotten";
  await s3.send(
    new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: "ap-south-1" } }),
  );
  const state = {
    version: 4,
    terraform_version: "1.11.0",
    serial: 1,
    lineage: "00000000-1111-2222-3333-444444444444",
    outputs: {},
    resources: [
      {
        mode: "managed",
        type: "aws_s3_bucket",
        name: "Forgotten",
        provider: 'provider["registry.terraform.io/hashicorp/aws"]',
        instances: [{ schema_version: 0, attributes: { id: bucket, bucket } }],
      },
    ],
  };
  const Key = `${stackName(prod.name)}.tfstate`;
  await s3.send(new PutObjectCommand({ Bucket: stateBucketName(ACCOUNT.id), Key, Body: JSON.stringify(state) }));
}

/** Names of the objects in the state bucket: states and locks. */
async function objects(s3: S3Client): Promise<(string | undefined)[]> {
  const { Contents: found = [] } = await s3.send(new ListObjectsV2Command({ Bucket: stateBucketName(ACCOUNT.id) }));
  return found.map(({ Key }) => Key);
}

/** All files below a folder with their contents, except what Terraform installed. */
function contents(outdir: string): Record<string, string> {
  const files = filesIn(outdir).filter((file) => !file.includes("/.terraform/"));
  return Object.fromEntries(files.map((file) => [file, readFileSync(file, "base64")]));
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
