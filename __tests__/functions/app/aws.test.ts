import { awsDependencies } from "../../../src/functions/app/aws";
import { createApp } from "../../../src/functions/app/app";
import { EVENTS, LEVELS } from "../../../src/shared/log-words";
import { readiness } from "../../../src/functions/app/readiness";
import { signed } from "../../database/payment-requests";
import { secretsEndpoint } from "../../helpers/secrets-endpoint";

const ARN = "arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-dev/razorpay-AbCdEf";

const DB_SECRET_ARN = ARN.replace("razorpay", "db");

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

interface Line {
  readonly level: string;
  readonly message: string;
  readonly reason?: string;
}

const logged = (): Line[] => output.mock.calls.map(([line]) => JSON.parse(String(line)) as Line);

const put = (webhookSecret: string): void => {
  const value = { key_id: "rzp_test_sample", key_secret: "sample-key-secret", webhook_secret: webhookSecret };
  secrets.values.set(ARN, JSON.stringify(value));
};

describe("an event that is signed with another secret than the cached one", () => {
  const EVENT = '{"event":"invoice.paid"}';
  const app = (): ReturnType<typeof createApp> =>
    createApp({ ...awsDependencies({ RAZORPAY_SECRET_ARN: ARN }), allowedOrigin: undefined });

  async function send(to: ReturnType<typeof createApp>, secret: string): Promise<number> {
    const { path, headers, body } = signed(EVENT, secret);
    return (await to.request(path, { method: "POST", headers, body }, {})).status;
  }

  test("is accepted if the secret was rotated; the secret is read at most every half minute", async () => {
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

  test("is refused with a warning, because the secret in the dashboard may differ", async () => {
    put("sample-webhook-secret-one");
    expect(await send(app(), "sample-webhook-secret-typed-wrong")).toBe(401);
    expect(logged().filter(({ level }) => level === LEVELS.warning)).toMatchObject([
      { message: "received a webhook without Razorpay's signature" },
    ]);
  });

  test("is refused if the secret cannot be read again, and logged with the word that the alarm counts", async () => {
    const ours = app();
    put("sample-webhook-secret-one");
    expect(await send(ours, "sample-webhook-secret-one")).toBe(200);
    secrets.values.delete(ARN);
    clock.mockReturnValue(30_000);
    expect(await send(ours, "sample-webhook-secret-two")).toBe(401);
    expect(await send(ours, "sample-webhook-secret-one")).toBe(200);
    expect(logged().filter(({ level }) => level === LEVELS.error)).toEqual([
      expect.objectContaining({ reason: expect.stringContaining(`${EVENTS.secretReadFailed}: ${ARN}`) as string }),
    ]);
  });
});

describe("readiness", () => {
  const env = { RAZORPAY_SECRET_ARN: ARN, DB_SECRET_ARN, DB_HOST: "127.0.0.1", DB_NAME: "shop" };

  test.each(["", "{}", '{"username":"sample"}'])("names a database's secret that is %j", async (text) => {
    put("sample-webhook-secret-one");
    secrets.values.set(DB_SECRET_ARN, text);
    const { checks } = await readiness(awsDependencies(env).checks, "r-1");
    expect(checks.secrets.detail).toBe("the database's secret cannot be read, or has no credentials");
  });

  test("names no secret if another variable is missing", async () => {
    put("sample-webhook-secret-one");
    secrets.values.set(DB_SECRET_ARN, '{"username":"sample","password":"sample"}');
    const { checks } = await readiness(awsDependencies({ ...env, DB_HOST: undefined }).checks, "r-1");
    expect(checks).toEqual({
      configuration: { status: "failed", detail: "a variable of the function is missing or wrong" },
      secrets: { status: "ok" },
      database: { status: "failed", detail: "the database was not queried: its secret or its variables are wrong" },
    });
  });

  test("names every secret that cannot be read, and says that the database was not queried", async () => {
    secrets.values.clear();
    const { checks } = await readiness(awsDependencies(env).checks, "r-1");
    expect([checks.secrets.detail, checks.database.detail]).toEqual([
      "the database's secret cannot be read, or has no credentials; Razorpay's secret cannot be read, or has no keys",
      "the database was not queried: its secret or its variables are wrong",
    ]);
    const [line] = logged().filter(({ reason }) => reason?.startsWith("the database's secret"));
    for (const arn of [ARN, DB_SECRET_ARN]) {
      expect(line?.reason).toContain(`${EVENTS.secretReadFailed}: ${arn}`);
    }
  });
});

describe("a secret that cannot be read", () => {
  const app = (): ReturnType<typeof createApp> =>
    createApp({ ...awsDependencies({ RAZORPAY_SECRET_ARN: ARN }), allowedOrigin: undefined });
  const { path, headers, body } = signed("{}");
  afterEach(() => {
    secrets.fail();
  });

  test.each([
    [{ status: 500, type: "InternalServiceError" }, "10"],
    [{ status: 503, type: "ServiceUnavailable" }, "10"],
    [{ status: 400, type: "ThrottlingException" }, "10"],
    [{ status: 400, type: "AccessDeniedException" }, null],
    [{ status: 400, type: "DecryptionFailure" }, null],
    [{ status: 400, type: "ResourceNotFoundException" }, null],
  ])("because of %j is answered 503, with Retry-After only if that helps: %s", async (refusal, retry) => {
    secrets.fail(refusal);
    const answer = await app().request(path, { method: "POST", headers, body }, {});
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, retry]);
    expect(logged()[0]?.reason).toContain(`${EVENTS.secretReadFailed}: ${ARN} cannot be read (${refusal.type}: `);
  });
});
