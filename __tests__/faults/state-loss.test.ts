import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { disposable as dev } from "../helpers/live-environments";
import { stackName } from "../../src/config/names";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { stateAddress } from "../../tools/shared/aws/state-object";
import { stackFolder } from "../../tools/shared/terraform/synthesize";
import { PLAN_FILE } from "../../tools/operate/plan/record";
import { describeWith } from "../end-to-end/describe-with";
import { temporaryFolder } from "../helpers/temporary-folder";
import { documentedCommands, runPasted } from "./documented";
import { prepareStage, type Stage } from "./stage";

const STATE = stateAddress(stackName(dev.name), dev.account.id);

/** A loss, the message about it, and the documented block that fixes it. */
interface Loss {
  readonly title: string;
  /** @param whole - text of the state */
  readonly cause: (s3: S3Client, whole: string) => Promise<unknown>;
  readonly said: string;
  readonly block: RegExp;
}

const LOSSES: readonly Loss[] = [
  {
    title: "deleted",
    cause: (s3) => s3.send(new DeleteObjectCommand(STATE)),
    said: `${STATE.Key} was deleted`,
    block: /delete-object/,
  },
  {
    title: "cut off in the middle",
    cause: (s3, whole) => s3.send(new PutObjectCommand({ ...STATE, Body: whole.slice(0, whole.length / 2) })),
    said: `${STATE.Key} is truncated or overwritten: its `,
    block: /copy-object/,
  },
  {
    title: "emptied",
    cause: (s3) => s3.send(new PutObjectCommand({ ...STATE, Body: new Uint8Array() })),
    said: `${STATE.Key} is empty: Terraform would create everything again`,
    block: /copy-object/,
  },
  {
    title: "emptied, and then deleted",
    cause: async (s3) => {
      await s3.send(new PutObjectCommand({ ...STATE, Body: new Uint8Array() }));
      await s3.send(new DeleteObjectCommand(STATE));
    },
    said: `${STATE.Key} was deleted`,
    block: /copy-object/,
  },
];

describeWith(["terraform", "emulator"], "a state object that is lost", () => {
  const folder = temporaryFolder("state-loss");
  let stage: Stage;
  let s3: S3Client;
  let planned: string;

  beforeAll(async () => {
    stage = await prepareStage([dev], folder);
    s3 = new S3Client(clientSettings(dev.account.region, stage.env));
    planned = join(stackFolder(stage.outdir, stackName(dev.name)), PLAN_FILE);
    await (await stage.terraform(dev)).applyNow(() => undefined);
  });

  afterAll(async () => {
    await stage.emulator.stop();
  });

  async function stateText(): Promise<string> {
    const { Body: body } = await s3.send(new GetObjectCommand(STATE));
    return (await body?.transformToString()) ?? "";
  }

  /** What all three commands print of a loss, on one line; each exits with 1 and plans nothing. */
  async function messageOfAll(): Promise<string> {
    const preflight = await stage.tool("preflight", [dev.name]);
    const line = /^ {2}failed +blocking +state {2,}(.+)\n +→ (.+)$/m.exec(preflight.stdout)?.slice(1) ?? [];
    expect(preflight.code).toBe(1);
    const { code, stdout, stderr } = await stage.tool("plan", [dev.name]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.slice(stderr.indexOf("The preflight failed"))).toBe(
      `The preflight failed, and nothing was changed:\n  - state: ${line.join("\n    → ")}`,
    );
    expect(existsSync(planned)).toBe(false);
    return line.join(" → ");
  }

  test("after the plan was made: the apply says so and changes nothing", async () => {
    expect((await stage.tool("plan", [dev.name])).code).toBe(0);
    await s3.send(new DeleteObjectCommand(STATE));
    const { code, stderr } = await stage.tool("apply", [dev.name]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^The preflight failed, and nothing was changed:\n {2}- state: aleenascuisine-dev\.tfstate was deleted, .+\n {4}→ aws s3api copy-object .+$/,
    );
    // What the remedy prints is run as it is printed.
    const printed = / → (.+) \(docs\/operation\.md/.exec(await messageOfAll())?.[1] ?? "false";
    expect(await runPasted(printed, stage.env, folder)).toMatchObject({ code: 0 });
    expect(await stage.tool("plan", [dev.name])).toMatchObject({ code: 0 });
  });

  test.each(LOSSES)("$title: is reported, and the documented commands restore it", async ({ block, cause, said }) => {
    const whole = await stateText();
    await cause(s3, whole);
    const message = await messageOfAll();
    expect(message).toContain(said);
    expect(message).toContain(`serial ${String((JSON.parse(whole) as { serial: number }).serial)}, `);

    const commands = documentedCommands("The state object is deleted or broken");
    const listing = commands
      .find((command) => command.includes("list-object-versions"))
      ?.split("\n")
      .pop();
    const listed = await runPasted(listing ?? "false", stage.env, folder);
    const { DeleteMarkers: markers = [] } = JSON.parse(listed.stdout) as {
      DeleteMarkers?: readonly { IsLatest: boolean; VersionId: string }[];
    };
    const fix = (commands.find((command) => block.test(command)) ?? "false")
      .replace("MARKER", markers.find(({ IsLatest }) => IsLatest)?.VersionId ?? "")
      .replace("VERSION", /versionId=([^']+)'/.exec(message)?.[1] ?? "");
    expect(await runPasted(fix, stage.env, folder)).toMatchObject({ code: 0 });

    expect(await stateText()).toBe(whole);
    expect(await stage.tool("plan", [dev.name])).toMatchObject({ code: 0 });
  });

  test("everything was destroyed, and the object deleted: counts as a first deployment", async () => {
    const empty = { ...(JSON.parse(await stateText()) as object), resources: [] };
    await s3.send(new PutObjectCommand({ ...STATE, Body: JSON.stringify(empty) }));
    await s3.send(new DeleteObjectCommand(STATE));
    const { stdout } = await stage.tool("preflight", [dev.name]);
    expect(stdout).toMatch(/^ {2}ok +blocking +state {2,}there is none: a first deployment$/m);
  });
});
