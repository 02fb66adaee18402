import { GetObjectCommand, HeadObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { disposable as dev } from "../helpers/live-environments";
import { stackName, stateBucketName } from "../../src/config/names";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import type { ProgramResult } from "../../tools/shared/process/program";
import { stackFolder } from "../../tools/shared/terraform/synthesize";
import { readConfiguration } from "../../tools/operate/orphans/configuration";
import { describeWith } from "../end-to-end/describe-with";
import { temporaryFolder } from "../helpers/temporary-folder";
import { SlowAnswer } from "./slow-answer";
import { prepareStage, type Stage } from "./stage";

const STACK = stackName(dev.name);
const STATE = { Bucket: stateBucketName(dev.account.id), Key: `${STACK}.tfstate` };

/** What of a state is looked at. */
interface State {
  readonly serial: number;
  readonly lineage: string;
  readonly resources: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    /** `status` says that it is tainted. */
    readonly instances: readonly { readonly status?: string }[];
  }[];
}

describeWith(["terraform", "emulator"], "eight applies of one reviewed plan at once", () => {
  const folder = temporaryFolder("race");
  let stage: Stage;
  let aws: SlowAnswer;
  let s3: S3Client;
  let checkouts: NodeJS.ProcessEnv[];
  let results: ProgramResult[];

  beforeAll(async () => {
    stage = await prepareStage([dev], folder);
    s3 = new S3Client(clientSettings(dev.account.region, stage.env));
    aws = await SlowAnswer.before(stage.emulator.url);
    const env = { ...stage.env, AWS_ENDPOINT_URL: aws.url };
    expect(await stage.tool("plan", [dev.name], env)).toMatchObject({ code: 2 });
    checkouts = Array.from({ length: 8 }, (_, index) => {
      const outdir = join(folder, `checkout-${String(index)}`);
      cpSync(stage.outdir, outdir, { recursive: true, verbatimSymlinks: true });
      return { ...env, CDKTF_OUTDIR: outdir };
    });
    results = await applyAll();
  });

  afterAll(async () => {
    aws.stop();
    await stage.emulator.stop();
  });

  const apply = (env: NodeJS.ProcessEnv): Promise<ProgramResult> => stage.tool("apply", [dev.name], env);

  /** All at once. Whoever proceeds waits for AWS until the seven others have ended. */
  async function applyAll(): Promise<ProgramResult[]> {
    void aws.keep(({ operation }) => operation === "CreateVpc");
    let ended = 0;
    return Promise.all(
      checkouts.map(async (env) => {
        const result = await apply(env);
        ended += 1;
        if (ended === checkouts.length - 1) {
          aws.release();
        }
        return result;
      }),
    );
  }

  /** Every state that was written, the oldest first. */
  async function statesWritten(): Promise<State[]> {
    const { Bucket, Key } = STATE;
    const { Versions: versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    const ofState = versions.filter((version) => version.Key === Key).reverse();
    return Promise.all(
      ofState.map(async ({ VersionId }) => {
        const { Body: body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        return JSON.parse((await body?.transformToString()) ?? "") as State;
      }),
    );
  }

  const loser = (): NodeJS.ProcessEnv => checkouts[results.findIndex(({ code }) => code === 1)] ?? {};
  const winner = (): NodeJS.ProcessEnv => checkouts[results.findIndex(({ code }) => code === 0)] ?? {};

  test("one proceeds", () => {
    expect(results.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
  });

  test("seven are refused by the lock, which is explained: who, since when, how to release it", () => {
    const refused = results.filter(({ code }) => code === 1);
    expect(refused).toHaveLength(7);
    for (const { stderr } of refused) {
      expect(stderr).toMatch(/@\S+ holds the lock since 20\d\d-\d\d-\d\d .* \(apply\)\. Nothing was changed\./);
      expect(stderr).toMatch(
        /Only if that process no longer runs, release the lock: terraform -chdir=\S+ force-unlock [0-9a-f-]{36}/,
      );
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  test("the state is whole, and the lock released", async () => {
    const states = await statesWritten();
    const last = states.at(-1);
    const managed = last?.resources.filter(({ mode }) => mode === "managed") ?? [];
    const configured = readConfiguration(stackFolder(stage.outdir, STACK)).map(({ address }) => address);
    expect(managed.map(({ name, type }) => `${type}.${name}`).sort()).toEqual([...configured].sort());
    expect(managed.filter(({ instances }) => instances.length !== 1 || instances[0]?.status !== undefined)).toEqual([]);
    expect(new Set(states.map(({ lineage }) => lineage)).size).toBe(1);
    const serials = states.map(({ serial }) => serial);
    expect(serials).toEqual([...new Set(serials)].sort((a, b) => a - b));
    const lock = s3.send(new HeadObjectCommand({ ...STATE, Key: `${STATE.Key}.tflock` }));
    await expect(lock).rejects.toMatchObject({ name: "NotFound" });
  });

  test("a later apply has a stale plan, and a message to plan again", async () => {
    const { code, stderr } = await apply(loser());
    expect(code).toBe(1);
    expect(stderr).toContain(`Plan and review again: npm run plan -- ${dev.name}`);
    expect(stderr).toContain("Nothing was changed.");
  });

  test("the winner's next plan is empty, and there is nothing to apply", async () => {
    expect((await apply(winner())).stderr).toMatch(/^There is no reviewed plan of dev in /);
    expect(await stage.tool("plan", [dev.name], winner())).toMatchObject({ code: 0 });
    const { code, stdout } = await apply(winner());
    expect(code).toBe(0);
    expect(stdout).toMatch(/Nothing to apply: the plan changes nothing\.$/);
  });
});
