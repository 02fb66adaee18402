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
import { runCommand, type CommandResult } from "../../tools/shared/process/command";
import { PROJECT, stackFolder } from "../../tools/shared/terraform/synthesize";
import { startEmulator } from "../../tools/develop/rehearsal/emulator";
import { SlowAnswer } from "../faults/slow-answer";
import { prepareStage, type Stage } from "../faults/stage";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";

const MINUTE = 60_000;
/** Enough for a run of the tool where others keep the machine busy. */
jest.setTimeout(MINUTE);

const STACK_TRACE = /\n\s+at /;
const PLAN = "reviewed.tfplan";
const RECORD = "reviewed.json";
const NO_PLAN = /^There is no reviewed plan of dev in \S+\. Make one: npm run plan -- dev$/;

const apply = (args: readonly string[], env: NodeJS.ProcessEnv, project = PROJECT): Promise<CommandResult> =>
  runCommand(process.execPath, ["--import", "tsx", "tools/commands/apply.ts", ...args], { cwd: project, env });

describe("bad use of apply", () => {
  test.each([
    ["no environment", [], 'There is no environment "".'],
    ["an unknown environment", ["stage"], 'There is no environment "stage".'],
    ["two environments", ["dev", "prod"], 'There is no environment "dev prod".'],
    ["an unknown option", ["dev", "--force"], "Unknown option '--force'"],
    [
      "an age that is no number",
      ["dev", "--max-age", "day"],
      '--max-age is "day"; it takes a number of hours above 0.',
    ],
    ["no age", ["dev", "--max-age", "0"], '--max-age is "0"'],
  ])("%s: one message with the usage", async (_, args, message) => {
    const { code, stdout, stderr } = await apply(args, process.env);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toContain("usage: npm run apply -- ENVIRONMENT [--max-age HOURS]");
    expect(stderr).not.toMatch(STACK_TRACE);
  });
});

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
  }, 2 * MINUTE);

  afterAll(async () => {
    await stage.emulator.stop();
  });

  const inFolder = (outdir: string): NodeJS.ProcessEnv => ({ ...stage.env, CDKTF_OUTDIR: outdir });
  const devIn = (outdir: string): string => stackFolder(outdir, stackName(dev.name));
  const prodPlan = (name: string): string => join(stackFolder(join(folder, "refused"), stackName(prod.name)), name);

  /** A folder with the reviewed plan of dev as it was saved. */
  function reviewed(): string {
    const outdir = mkdtempSync(join(folder, "case-"));
    cpSync(stage.outdir, outdir, { recursive: true, verbatimSymlinks: true });
    return outdir;
  }

  /** Applies dev; nothing may change, here or in AWS. @returns what is said of it */
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
    ["is not whole", (text: string) => text.slice(0, 100)],
    ["is of another version of the project", (text: string) => text.replace('"version": 1', '"version": 2')],
  ])("a record that %s", async (_, change) => {
    const outdir = reviewed();
    const file = join(devIn(outdir), RECORD);
    writeFileSync(file, change(readFileSync(file, "utf8")));
    expect(await refusal(outdir)).toBe(`${file} is not a record that this version of the project wrote. Plan again.`);
  });

  test("a plan that the gate refused", async () => {
    const { code, stderr } = await apply([prod.name], inFolder(join(folder, "refused")));
    expect([code, reasons(stderr)]).toEqual([1, ["The gate refused it; its review says what would be lost."]]);
    expect(stderr).toMatch(/Plan and review again: npm run plan -- prod$/);
  });

  test("a plan that is too old", async () => {
    expect(reasons(await refusal(reviewed(), { args: ["--max-age", "0.0001"] }))).toEqual([
      expect.stringMatching(/^It was made at 20\S+Z; the most that is taken is 0.0001 hours \(--max-age\)\.$/),
    ]);
  });

  test("a plan of sources that were changed since", async () => {
    const project = mkdtempSync(join(folder, "sources-"));
    for (const name of ["cdktf.json", "main.ts", "package.json", "src", "tools", "tsconfig.json"]) {
      cpSync(join(PROJECT, name), join(project, name), { recursive: true });
    }
    symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));
    const outdir = reviewed();
    const file = join(project, "src", "config", "environments.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("logRetentionDays: 14", "logRetentionDays: 30"));
    expect(reasons(await refusal(outdir, { project }))).toEqual([
      "The sources synthesize something else now than when it was made.",
    ]);
  });

  test.each([
    ["configuration", "cdk.tf.json"],
    ["package of the function", "assets"],
  ])("a plan whose %s was changed beside it", async (_, name) => {
    const outdir = reviewed();
    const path = join(devIn(outdir), name);
    appendFileSync(name === "assets" ? (filesIn(path)[0] ?? "") : path, "\n");
    expect(reasons(await refusal(outdir))).toEqual([
      "The synthesized stack beside it was changed since: what it deploys is no longer what was reviewed.",
    ]);
  });

  test("a plan file that was exchanged", async () => {
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
      "The gate refused it; its review says what would be lost.",
      "The sources synthesize something else now than when it was made.",
      expect.stringContaining("The synthesized stack beside it was changed since"),
    ]);
  });

  test("at another endpoint than it was planned at", async () => {
    const proxy = await SlowAnswer.before(stage.emulator.url);
    try {
      expect(reasons(await refusal(reviewed(), { env: { AWS_ENDPOINT_URL: proxy.url } }))).toEqual([
        `It was made against ${stage.emulator.url}, and AWS_ENDPOINT_URL now leads to ${proxy.url}.`,
      ]);
    } finally {
      proxy.stop();
    }
  });

  test(
    "in another account",
    async () => {
      const stranger = await startEmulator({ ...ACCOUNT, id: "111122223333" }, () => undefined);
      try {
        const message = await refusal(reviewed(), { env: { ...stranger.env, AWS_SESSION_TOKEN: undefined } });
        expect(message).toMatch(/^The preflight failed, and nothing was changed:\n/);
        expect(message).toContain("in account 111122223333; Phase A lives in 498192039865");
      } finally {
        await stranger.stop();
      }
    },
    MINUTE,
  );

  test("as long as the state of the last apply lies here and nowhere else", async () => {
    const outdir = reviewed();
    writeFileSync(join(devIn(outdir), "errored.tfstate"), "{}");
    const message = await refusal(outdir);
    expect(message).toContain(`terraform -chdir=${devIn(outdir)} state push errored.tfstate`);
    expect(message).toMatch(/Nothing was changed\.$/);
  });
});

/** How a refusal is provoked. */
interface Attempt {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Folder of the project. @default - this one */
  readonly project?: string;
}

/** What speaks against the plan, one a line. */
function reasons(message: string): string[] {
  expect(message).toMatch(/^The plan in \S+ is not applied, and nothing was changed:\n/);
  return (message.match(/^ {2}- .+$/gm) ?? []).map((line) => line.slice("  - ".length));
}

/** A bucket that prod's state knows and its configuration does not: a plan would delete it. */
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

/** All files below a folder with their contents, but for what Terraform installed. */
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
