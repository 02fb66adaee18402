import { awsDependencies } from "../../src/app/aws";
import { createApp } from "../../src/app/app";
import { LEVELS } from "../../src/app/log-words";
import { signed } from "../database/payment-requests";
import { secretsEndpoint } from "../helpers/secrets-endpoint";

const ARN = "arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-dev/razorpay-AbCdEf";

const secrets = secretsEndpoint();
const clock = jest.spyOn(performance, "now");
const output = jest.spyOn(process.stdout, "write");
const before = { ...process.env };
beforeAll(() => {
  // The SDK reads its endpoint and keys from there.
  Object.assign(process.env, secrets.env);
});
beforeEach(() => {
  clock.mockReset().mockReturnValue(0);
  output.mockReset().mockReturnValue(true);
});
afterAll(() => {
  process.env = before;
  clock.mockRestore();
  output.mockRestore();
});

const put = (webhookSecret: string): void => {
  const value = { key_id: "rzp_test_sample", key_secret: "sample-key-secret", webhook_secret: webhookSecret };
  secrets.values.set(ARN, JSON.stringify(value));
};

describe("an event that is signed with another secret than the one that is kept", () => {
  const EVENT = '{"event":"invoice.paid"}';
  const app = (): ReturnType<typeof createApp> =>
    createApp({ ...awsDependencies({ RAZORPAY_SECRET_ARN: ARN }), allowedOrigin: undefined });

  async function send(to: ReturnType<typeof createApp>, secret: string): Promise<number> {
    const { path, headers, body } = signed(EVENT, secret);
    return (await to.request(path, { method: "POST", headers, body }, {})).status;
  }

  test("is taken where the secret was rotated meanwhile, which is looked for at most each half minute", async () => {
    const ours = app();
    put("sample-webhook-secret-one");
    expect(await send(ours, "sample-webhook-secret-one")).toBe(200);
    const reads = secrets.reads();
    put("sample-webhook-secret-two");
    clock.mockReturnValue(29_999);
    expect(await send(ours, "sample-webhook-secret-two")).toBe(401);
    expect(secrets.reads()).toBe(reads);
    clock.mockReturnValue(30_000);
    expect(await send(ours, "sample-webhook-secret-two")).toBe(200);
    expect(await send(ours, "sample-webhook-secret-one")).toBe(401);
    expect(await send(ours, "sample-webhook-secret-one")).toBe(401);
    expect(secrets.reads()).toBe(reads + 1);
  });

  test("is refused with a warning, since the secret in the dashboard may be another", async () => {
    put("sample-webhook-secret-one");
    expect(await send(app(), "sample-webhook-secret-typed-wrong")).toBe(401);
    const lines = output.mock.calls.map(([line]) => JSON.parse(String(line)) as { level: string; message: string });
    expect(lines.filter(({ level }) => level === LEVELS.warning).map(({ message }) => message)).toEqual([
      "a webhook without Razorpay's signature",
    ]);
  });
});
