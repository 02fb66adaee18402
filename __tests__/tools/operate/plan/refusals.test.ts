import { appendFileSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dev, prod } from "../../../fixtures/environments";
import { refusals, type Circumstances } from "../../../../tools/operate/plan/refusals";
import { fileHash, fingerprint } from "../../../../tools/operate/plan/fingerprint";
import { PLAN_FILE, type PlanRecord } from "../../../../tools/operate/plan/record";
import { temporaryFolder } from "../../../helpers/temporary-folder";

const NOW = new Date("2026-05-02T12:00:00Z");

/** A reviewed plan, and circumstances in which nothing has changed since. */
interface Situation {
  readonly record: PlanRecord;
  readonly circumstances: Circumstances;
}

describe("reasons not to apply a plan", () => {
  const root = temporaryFolder("refusals");

  function situation(): Situation {
    const folder = mkdtempSync(join(root, "reviewed-"));
    mkdirSync(join(folder, "assets", "Package"), { recursive: true });
    writeFileSync(join(folder, "assets", "Package", "app.zip"), "function");
    writeFileSync(join(folder, "cdk.tf.json"), "{}");
    const fresh = mkdtempSync(join(root, "fresh-"));
    cpSync(folder, fresh, { recursive: true });
    writeFileSync(join(folder, PLAN_FILE), "plan");
    return {
      record: {
        version: 1,
        environment: "dev",
        stack: "aleenascuisine-dev",
        account: dev.account.id,
        caller: "arn:aws:iam::498192039865:user/sample",
        endpoint: null,
        madeAt: "2026-05-02T10:00:00.000Z",
        terraformVersion: "1.11.4",
        configuration: fingerprint(folder),
        plan: fileHash(join(folder, PLAN_FILE)),
        changes: 1,
        allowed: [],
        verdict: "apply",
      },
      circumstances: {
        config: dev,
        folder,
        fresh,
        account: dev.account.id,
        endpoint: null,
        maxAgeHours: 24,
        now: NOW,
      },
    };
  }

  test("none, if it is still what was reviewed", () => {
    const { circumstances, record } = situation();
    expect(refusals(record, circumstances)).toEqual([]);
    expect(refusals({ ...record, verdict: "no changes" }, circumstances)).toEqual([]);
    expect(refusals(record, { ...circumstances, maxAgeHours: 2 })).toEqual([]);
  });

  const CHANGES: readonly [what: string, (situation: Situation) => Situation, why: string][] = [
    [
      "another environment",
      ({ circumstances, record }) => ({ record, circumstances: { ...circumstances, config: prod } }),
      "It is a plan of dev, not of prod.",
    ],
    [
      "the gate's verdict",
      ({ circumstances, record }) => ({ record: { ...record, verdict: "refused" }, circumstances }),
      "The gate refused it; its review shows what would be lost.",
    ],
    [
      "another account",
      ({ circumstances, record }) => ({ record, circumstances: { ...circumstances, account: "111122223333" } }),
      "It was made in account 498192039865, and the credentials are for account 111122223333.",
    ],
    [
      "an endpoint instead of AWS",
      ({ circumstances, record }) => ({ record, circumstances: { ...circumstances, endpoint: "http://127.0.0.1:1" } }),
      "It was made against AWS, and the endpoint is now http://127.0.0.1:1 (AWS_ENDPOINT_URL).",
    ],
    [
      "AWS instead of an endpoint",
      ({ circumstances, record }) => ({ record: { ...record, endpoint: "http://127.0.0.1:1" }, circumstances }),
      "It was made against http://127.0.0.1:1, and the endpoint is now AWS (AWS_ENDPOINT_URL).",
    ],
    [
      "a second too much",
      ({ circumstances, record }) => ({
        record: { ...record, madeAt: "2026-05-01T11:59:59.000Z" },
        circumstances,
      }),
      "It was made at 2026-05-01T11:59:59.000Z; a plan may be at most 24 hours old (--max-age).",
    ],
    [
      "a time that is yet to come",
      ({ circumstances, record }) => ({ record: { ...record, madeAt: "2026-05-03T12:00:00.000Z" }, circumstances }),
      "It was made at 2026-05-03T12:00:00.000Z; a plan may be at most 24 hours old (--max-age).",
    ],
    [
      "a time that is none",
      ({ circumstances, record }) => ({ record: { ...record, madeAt: "yesterday" }, circumstances }),
      "It was made at yesterday; a plan may be at most 24 hours old (--max-age).",
    ],
    [
      "another plan file",
      (whole) => {
        appendFileSync(join(whole.circumstances.folder, PLAN_FILE), "!");
        return whole;
      },
      "reviewed.tfplan is not the file that was reviewed.",
    ],
    [
      "other sources",
      (whole) => {
        appendFileSync(join(whole.circumstances.fresh, "cdk.tf.json"), "\n");
        return whole;
      },
      "The sources now synthesize a different stack.",
    ],
    [
      "another package next to the plan",
      (whole) => {
        appendFileSync(join(whole.circumstances.folder, "assets", "Package", "app.zip"), "!");
        return whole;
      },
      "The synthesized stack next to it was changed: it would no longer deploy what was reviewed.",
    ],
  ];

  test.each(CHANGES)("%s", (_, change, why) => {
    const { circumstances, record } = change(situation());
    expect(refusals(record, circumstances)).toEqual([why]);
  });

  test("everything at once, one sentence each", () => {
    const { circumstances, record } = situation();
    const wrong = { ...circumstances, config: prod, account: "111122223333", endpoint: "http://127.0.0.1:1" };
    expect(refusals({ ...record, verdict: "refused", plan: "other" }, { ...wrong, maxAgeHours: 1 })).toHaveLength(6);
  });
});
