import { inspect } from "node:util";
import type { RazorpayKeys } from "../../../src/functions/app/razorpay";
import { RazorpayRefusedKeys } from "../../../src/functions/app/razorpay-errors";
import { SAMPLE_KEYS, type RazorpayFault } from "../../../tools/develop/local-app/razorpay-stand-in";
import { CREATE, failure, LOOK, NEW, razorpayStage, REPEATED, WANTED } from "./razorpay-stage";

const OTHER_KEYS: RazorpayKeys = { keyId: "rzp_test_other", keySecret: "sample-other-secret" };

const { standIn, client, sent, keysRead } = razorpayStage();

const output = [
  jest.spyOn(process.stdout, "write"),
  jest.spyOn(process.stderr, "write"),
  ...(["debug", "info", "log", "warn", "error"] as const).map((method) => jest.spyOn(console, method)),
];
beforeEach(() => {
  output.forEach((spy) => {
    spy.mockReset().mockReturnValue(true as never);
  });
});
afterAll(() => {
  output.forEach((spy) => {
    spy.mockRestore();
  });
});

describe("keys", () => {
  test("are read again once after a refusal, so that a rotation needs no deployment", async () => {
    standIn().rotateKeys(OTHER_KEYS);
    await client({}, SAMPLE_KEYS, OTHER_KEYS).ensureOrder(WANTED, NEW);
    expect(keysRead()).toEqual([false, true]);
    expect(sent()).toEqual([CREATE, CREATE]);
    expect(standIn().orders).toHaveLength(1);
  });

  test("fail if they are refused again after they were read again", async () => {
    standIn().rotateKeys(OTHER_KEYS);
    await expect(client().ensureOrder(WANTED, REPEATED)).rejects.toThrow(RazorpayRefusedKeys);
    expect(keysRead()).toEqual([false, true]);
    expect(sent()).toEqual([LOOK, LOOK]);
  });

  test("are not read a third time in a later attempt", async () => {
    standIn().faults.push({ kind: 401 }, { kind: 500 }, { kind: 401 });
    await expect(client().ensureOrder(WANTED, NEW)).rejects.toThrow(RazorpayRefusedKeys);
    expect(keysRead()).toEqual([false, true]);
  });

  test("are also read again after the status that Razorpay documents", async () => {
    const error = { code: "BAD_REQUEST_ERROR", description: "Authentication failed", metadata: {} };
    standIn().faults.push({ kind: 400, body: JSON.stringify({ error }) });
    await client().ensureOrder(WANTED, NEW);
    expect(keysRead()).toEqual([false, true]);
  });

  test("that cannot be read fail the call with the error of the read", async () => {
    const denied = new Error("denied");
    await expect(client({ keys: () => Promise.reject(denied) }).ensureOrder(WANTED, NEW)).rejects.toBe(denied);
    expect(sent()).toEqual([]);
  });
});

test.each<[string, RazorpayFault[]]>([
  ["refused keys", [{ kind: 401 }, { kind: 401 }]],
  ["a rejection", [{ kind: 400 }]],
  ["an error", [{ kind: 500 }, { kind: 500 }, { kind: 500 }]],
  ["a broken connection", [{ kind: "break" }, { kind: "break" }, { kind: "break" }]],
  ["a redirect", Array.from({ length: 3 }, () => ({ kind: 302, headers: { Location: "http://127.0.0.1:1/" } }))],
])("no key is in an error, in the client or in what is written: %s", async (_, faults) => {
  standIn().faults.push(...faults);
  const razorpay = client();
  const error = await failure(razorpay.ensureOrder(WANTED, NEW));
  const shown = inspect([error, razorpay], { depth: Infinity, showHidden: true, getters: true });
  const { keyId, keySecret } = SAMPLE_KEYS;
  for (const secret of [keyId, keySecret, Buffer.from(`${keyId}:${keySecret}`).toString("base64")]) {
    expect(shown).not.toContain(secret);
  }
  expect(output.flatMap((spy) => spy.mock.calls)).toEqual([]);
});
