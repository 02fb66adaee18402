import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT } from "../../src/config/account";
import { FOUNDATION_NAME, FOUNDATION_STACK, stateBucketName } from "../../src/config/names";
import { bootstrap } from "../../tools/operate/bootstrap/bootstrap";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { stackFolder } from "../../tools/shared/terraform/synthesize";
import { pinnedProvider, providerInstallation } from "../../tools/shared/terraform/provider";
import type { ProgressEvent } from "../../tools/shared/terraform/terraform";
import { StackTerraform } from "../../tools/shared/terraform/stack-terraform";
import type { Emulator } from "../../tools/develop/rehearsal/emulator";
import { present } from "../helpers/present";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";
import { emulatedAccount, strangerTo } from "./emulated-account";
import { SYNTHESIZED } from "./prerequisites";

const STATE = { Bucket: stateBucketName(ACCOUNT.id), Key: `${FOUNDATION_STACK}.tfstate` };

describeWith(["terraform", "emulator"], "bootstrap", () => {
  const folder = temporaryFolder("bootstrap");
  const outdir = join(folder, "cdktf.out");
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;
  let s3: S3Client;

  beforeAll(async () => {
    cpSync(present(process.env[SYNTHESIZED]), outdir, { recursive: true });
    emulator = await emulatedAccount();
    const working = stackFolder(outdir, FOUNDATION_STACK);
    env = { ...emulator.env, ...providerInstallation(pinnedProvider(working), folder) };
    s3 = new S3Client(clientSettings(ACCOUNT.region, env));
  });

  afterAll(async () => {
    await emulator.stop();
  });

  /** Runs the bootstrap. @returns Terraform's own count of changes, and the progress messages */
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

  test("creates the bucket, versioned before it holds a state, and applies the foundation", async () => {
    const { added, said } = await run();
    expect(said).toEqual([`state bucket ${STATE.Bucket} created`]);
    expect(added).toBe(9);
    expect(await s3.send(new GetBucketVersioningCommand(STATE))).toMatchObject({ Status: "Enabled" });
    expect((await s3.send(new HeadObjectCommand(STATE))).VersionId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("changes nothing the second time", async () => {
    const { added, changed, removed, said } = await run();
    expect(said).toEqual([`state bucket ${STATE.Bucket} exists`]);
    expect({ added, changed, removed }).toEqual({ added: 0, changed: 0, removed: 0 });
  });

  test("adopts what exists after a run that was killed before it wrote state", async () => {
    await s3.send(new DeleteObjectCommand(STATE));
    const { removed, said } = await run();
    expect(said).toEqual([
      `state bucket ${STATE.Bucket} exists`,
      "role aleenascuisine-api-gateway-logs exists but is not in state: importing it",
    ]);
    expect(removed).toBe(0);
    expect(await run()).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  test("stops at a lock that a killed run left behind, and prints how to release it", async () => {
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
      `release the lock: terraform -chdir=${stackFolder(outdir, FOUNDATION_STACK)} force-unlock ${lock.ID}`,
    );
  });

  test("refuses another account before it changes anything", async () => {
    await expect(run({ ...env, ...(await strangerTo(emulator)) })).rejects.toThrow(
      /nothing was changed: you are \S+, in account 111122223333; Phase A is in account 498192039865\n/,
    );
  });
});
