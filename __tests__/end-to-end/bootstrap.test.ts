import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { join } from "node:path";
import { ACCOUNT } from "../../src/config/account";
import { FOUNDATION_NAME, FOUNDATION_STACK, stateBucketName } from "../../src/config/names";
import { bootstrap } from "../../tools/operate/bootstrap/bootstrap";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { stackFolder, synthesize } from "../../tools/shared/terraform/synthesize";
import { pinnedProvider, providerInstallation, type ProgressEvent } from "../../tools/shared/terraform/terraform";
import { StackTerraform } from "../../tools/shared/terraform/stack-terraform";
import { startEmulator, type Emulator } from "../../tools/develop/rehearsal/emulator";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";

const MINUTE = 60_000;
const STATE = { Bucket: stateBucketName(ACCOUNT.id), Key: `${FOUNDATION_STACK}.tfstate` };

describeWith(["terraform", "emulator"], "bootstrap", () => {
  const folder = temporaryFolder("bootstrap");
  const outdir = join(folder, "cdktf.out");
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;
  let s3: S3Client;

  beforeAll(async () => {
    await synthesize(outdir);
    emulator = await startEmulator(ACCOUNT, () => undefined);
    const working = stackFolder(outdir, FOUNDATION_STACK);
    env = { ...emulator.env, ...providerInstallation(pinnedProvider(working), folder) };
    s3 = new S3Client(clientSettings(ACCOUNT.region, env));
  }, MINUTE);

  afterAll(async () => {
    await emulator.stop();
  });

  /** Runs the bootstrap. @returns what Terraform changed, by its own count, and what was said */
  async function run(settings = env): Promise<{ added: number; changed: number; removed: number; said: string[] }> {
    const counts = { added: 0, changed: 0, removed: 0 };
    const said: string[] = [];
    const count = ({ changes, type }: ProgressEvent): void => {
      if (type === "change_summary" && changes?.operation === "apply") {
        Object.assign(counts, { added: changes.add, changed: changes.change, removed: changes.remove });
      }
    };
    await bootstrap({
      account: ACCOUNT,
      terraform: new StackTerraform({ outdir, environment: FOUNDATION_NAME, env: settings }),
      env: settings,
      apply: (terraform) => terraform.applyNow(count),
      onProgress: (text) => said.push(text),
    });
    return { ...counts, said };
  }

  test(
    "makes the bucket, versioned before the first state is in it, and applies the foundation",
    async () => {
      const { added, said } = await run();
      expect(said).toEqual([`state bucket ${STATE.Bucket} created`]);
      expect(added).toBe(9);
      expect(await s3.send(new GetBucketVersioningCommand(STATE))).toMatchObject({ Status: "Enabled" });
      expect((await s3.send(new HeadObjectCommand(STATE))).VersionId).toMatch(/^[0-9a-f-]{36}$/);
    },
    3 * MINUTE,
  );

  test(
    "changes nothing when it is run again",
    async () => {
      const { added, changed, removed, said } = await run();
      expect(said).toEqual([`state bucket ${STATE.Bucket} exists`]);
      expect({ added, changed, removed }).toEqual({ added: 0, changed: 0, removed: 0 });
    },
    MINUTE,
  );

  test(
    "adopts what stands after it died before it wrote state",
    async () => {
      await s3.send(new DeleteObjectCommand(STATE));
      const { removed, said } = await run();
      expect(said).toEqual([
        `state bucket ${STATE.Bucket} exists`,
        "role aleenascuisine-api-gateway-logs exists but is not in state: importing it",
      ]);
      expect(removed).toBe(0);
      expect(await run()).toMatchObject({ added: 0, changed: 0, removed: 0 });
    },
    4 * MINUTE,
  );

  test(
    "stops at a lock that a killed run left behind, and says how to release it",
    async () => {
      const lock = {
        ID: "00000000-1111-2222-3333-444444444444",
        Operation: "OperationTypeApply",
        Who: "somebody@elsewhere",
        Version: "1.11.4",
        Created: "2026-01-01T00:00:00Z",
        Path: `${STATE.Bucket}/${STATE.Key}`,
      };
      const object = { ...STATE, Key: `${STATE.Key}.tflock` };
      await s3.send(new PutObjectCommand({ ...object, Body: JSON.stringify(lock) }));
      const message = await run().then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
      await s3.send(new DeleteObjectCommand(object));
      expect(message).toMatch(/Who:\s+somebody@elsewhere[^]*Created:\s+2026-01-01/);
      expect(message).toContain(
        `release it: terraform -chdir=${stackFolder(outdir, FOUNDATION_STACK)} force-unlock ${lock.ID}`,
      );
    },
    MINUTE,
  );

  test(
    "refuses another account before it touches anything",
    async () => {
      const stranger = await startEmulator({ ...ACCOUNT, id: "111122223333" }, () => undefined);
      try {
        await expect(run({ ...env, ...stranger.env })).rejects.toThrow(
          /nothing was changed: you are \S+, in account 111122223333; Phase A is in account 498192039865\n/,
        );
      } finally {
        await stranger.stop();
      }
    },
    MINUTE,
  );
});
