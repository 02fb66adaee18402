import { DeleteBucketCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ACCOUNT } from "../../src/config/account";
import { disposable as dev } from "../helpers/live-environments";
import { stackName, stateBucketName } from "../../src/config/names";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT, stackFolder } from "../../tools/shared/terraform/synthesize";
import { prepareStage, type Stage } from "../faults/stage";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";
import { strangerTo } from "./emulated-account";

const STACK_TRACE = /\n\s+at /;
const PREFLIGHT_FAILED = "The preflight failed, and nothing was changed:";

function run(tool: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramResult> {
  return runProgram(process.execPath, ["tools/run.cjs", tool, ...args], { cwd: PROJECT, env });
}

/** A command, and how its one message is found in its output. */
interface Command {
  readonly tool: string;
  readonly args: readonly string[];
  readonly messageOf: (result: ProgramResult) => string;
}

const afterTheChecks = ({ stderr }: ProgramResult): string => stderr.slice(stderr.indexOf(PREFLIGHT_FAILED));
const everything = ({ stdout, stderr }: ProgramResult): string => `${stdout}${stderr}`;

const PLAN: Command = { tool: "plan", args: [dev.name], messageOf: afterTheChecks };
const APPLY: Command = { tool: "apply", args: [dev.name], messageOf: afterTheChecks };
const PREFLIGHT: Command = {
  tool: "preflight",
  args: [dev.name],
  messageOf: ({ stdout }) => [...stdout.matchAll(/^ {2}failed +blocking .+\n +→ .+$/gm)].join("\n"),
};
const SURVIVORS: Command = { tool: "orphans", args: [dev.name], messageOf: everything };
const BOOTSTRAP: Command = { tool: "bootstrap", args: ["--auto-approve"], messageOf: everything };
const ROLE: Command = { tool: "role", args: ["execution", dev.name, "--check"], messageOf: everything };
const REHEARSE: Command = { tool: "rehearse", args: [], messageOf: ({ stderr }) => stderr };

/** Variables that decide who the caller is and where AWS is. */
const KEYS = /^AWS_(ENDPOINT_URL|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/;

function without(names: RegExp, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
}

/** A problem with the machine or the account, and what each command prints about it. */
interface Circumstance {
  readonly title: string;
  readonly commands: readonly Command[];
  /** The problem; once in each message. */
  readonly detail: RegExp;
  /** What to do. */
  readonly remedy: RegExp;
}

describeWith(["terraform", "emulator"], "every command", () => {
  const folder = temporaryFolder("bad-use");
  let stage: Stage;
  let stranger: NodeJS.ProcessEnv;
  const settings: Record<string, NodeJS.ProcessEnv> = {};

  beforeAll(async () => {
    stage = await prepareStage([dev], folder);
    stranger = await strangerTo(stage.emulator);
    // As much of a plan as apply reads before it checks the account.
    const planned = stackFolder(outdirOf("apply"), stackName(dev.name));
    mkdirSync(planned, { recursive: true });
    writeFileSync(join(planned, "reviewed.tfplan"), "a plan");
    writeFileSync(join(planned, "reviewed.json"), JSON.stringify({ version: 1, verdict: "apply" }));

    const onlyNode = join(folder, "only-node");
    mkdirSync(onlyNode);
    symlinkSync(process.execPath, join(onlyNode, "node"));
    const old = join(folder, "old");
    mkdirSync(old);
    writeFileSync(join(old, "terraform"), `#!/bin/sh\necho '{"terraform_version":"1.10.5"}'\n`);
    chmodSync(join(old, "terraform"), 0o755);
    const file = join(folder, "file");
    writeFileSync(file, "");

    const deployer = without(/^CDKTF_OUTDIR$/, stage.env);
    const nobody = without(KEYS, deployer);
    Object.assign(settings, {
      "no credentials": nobody,
      "another account": { ...nobody, ...stranger },
      "no network": { ...deployer, AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      "no terraform": { ...deployer, PATH: onlyNode },
      "an old terraform": { ...deployer, PATH: [old, process.env.PATH].join(delimiter) },
      "a folder that cannot be written": { ...deployer, CDKTF_OUTDIR: join(file, "cdktf.out") },
      "no state bucket": deployer,
    });
  });

  /** Folder of a command's stacks: commands that run at once do not share one. */
  function outdirOf(tool: string): string {
    return join(folder, tool, "cdktf.out");
  }

  afterAll(async () => {
    await stage.emulator.stop();
  });

  /** Checks that each command prints the problem once, with what to do, and changes nothing. */
  async function expectOneMessage({ title, commands, detail, remedy }: Circumstance): Promise<void> {
    const results = await Promise.all(
      commands.map(async ({ tool, args, messageOf }) => {
        const result = await run(tool, args, { CDKTF_OUTDIR: outdirOf(tool), ...settings[title] });
        return { tool, result, message: messageOf(result) };
      }),
    );
    for (const { tool, result, message } of results) {
      expect([tool, result.code, message]).toEqual([tool, 1, expect.stringMatching(remedy)]);
      expect([tool, message.match(detail)]).toEqual([tool, [expect.any(String)]]);
      expect(everything(result)).not.toMatch(STACK_TRACE);
      if (message.startsWith(PREFLIGHT_FAILED)) {
        expect(message.match(/^ {2}- /gm)).toHaveLength(1);
      }
    }
    const s3 = new S3Client(clientSettings(ACCOUNT.region, stranger));
    expect((await s3.send(new ListBucketsCommand({}))).Buckets).toEqual([]);
  }

  test.each<Circumstance>([
    {
      title: "no credentials",
      commands: [PLAN, APPLY, PREFLIGHT, SURVIVORS, BOOTSTRAP, ROLE],
      detail: /Could not load credentials/g,
      remedy: /Set AWS_PROFILE, or AWS_ACCESS_KEY_ID|Use credentials of account 498192039865/,
    },
    {
      title: "another account",
      commands: [PLAN, APPLY, PREFLIGHT, SURVIVORS, BOOTSTRAP],
      detail: /in account 111122223333; Phase A is in account 498192039865/g,
      remedy: /Switch AWS_PROFILE to account 498192039865, or fix src\/config\/account\.ts/,
    },
    {
      title: "no network",
      commands: [PLAN, APPLY, PREFLIGHT, SURVIVORS, BOOTSTRAP, ROLE],
      detail: /ECONNREFUSED/g,
      remedy: /Check the network, and AWS_ENDPOINT_URL|Use credentials of account 498192039865/,
    },
    {
      title: "no terraform",
      commands: [PLAN, APPLY, PREFLIGHT, SURVIVORS, BOOTSTRAP, REHEARSE],
      detail: /terraform is not on the PATH/g,
      remedy: /Install Terraform 1\.11\.0 or newer \(https:/,
    },
    {
      title: "an old terraform",
      commands: [PLAN, APPLY, PREFLIGHT, SURVIVORS, BOOTSTRAP, REHEARSE],
      detail: /terraform on the PATH is 1\.10\.5/g,
      remedy: /Install Terraform 1\.11\.0 or newer \(https:/,
    },
    {
      title: "a folder that cannot be written",
      commands: [{ ...PLAN, messageOf: everything }, { ...APPLY, messageOf: everything }, SURVIVORS, BOOTSTRAP],
      detail: /bad-use-[0-9a-f-]+\/file is not a folder that you may write to/g,
      remedy: /Set CDKTF_OUTDIR to another folder, or unset it\./,
    },
  ])("$title: one message with what is wrong and what to do", expectOneMessage);

  test("no state bucket: one message with what is wrong and what to do", async () => {
    const s3 = new S3Client(clientSettings(ACCOUNT.region, stage.env));
    await s3.send(new DeleteBucketCommand({ Bucket: stateBucketName(ACCOUNT.id) }));
    await expectOneMessage({
      title: "no state bucket",
      commands: [PLAN, APPLY, PREFLIGHT, SURVIVORS],
      detail: /aleenascuisine-tfstate-498192039865 does not exist/g,
      remedy: /npm run bootstrap/,
    });
  });
});
