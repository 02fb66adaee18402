import { createApp, type AppDependencies } from "../../../src/functions/app/app";
import { Database } from "../../../src/functions/app/database";
import { DENIED_SECRET_MESSAGES, EVENTS, LEVELS } from "../../../src/shared/log-words";
import { Razorpay } from "../../../src/functions/app/razorpay";
import { razorpaySecretIn } from "../../../src/functions/app/razorpay-secret";
import { UserError } from "../../../src/shared/user-error";

const ORIGIN = "https://shop.example";
const PRIVATE = "private-of-a-caller";

/** Nothing behind the app can be reached: these requests need none of it. */
const unreachable = (): Promise<never> => Promise.reject(new Error("must not be asked"));

function app(changes: Partial<AppDependencies> = {}): ReturnType<typeof createApp> {
  return createApp({
    allowedOrigin: ORIGIN,
    database: new Database({ connect: unreachable }),
    razorpay: new Razorpay({ keys: unreachable }),
    webhookSecret: unreachable,
    checks: {
      configuration: () => Promise.resolve(),
      secrets: () => Promise.resolve(),
      database: () => Promise.resolve(),
    },
    ...changes,
  });
}

const output = jest.spyOn(process.stdout, "write");
beforeEach(() => {
  output.mockReset().mockReturnValue(true);
});
afterAll(() => {
  output.mockRestore();
});
const logged = (): Record<string, unknown>[] =>
  output.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);

/** Filter patterns of the alarms count a line that has one of their words; a line of JSON has them in its text. */
const words = [...Object.values(EVENTS), ...DENIED_SECRET_MESSAGES, LEVELS.error, LEVELS.warning];

const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(
    app().request(path, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } }, {}),
  );

describe("health", () => {
  test.each(["GET", "HEAD"])("answers %s without any check", async (method) => {
    const response = await app().request("/health", { method, headers: { Origin: ORIGIN } }, {});
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(method === "GET" ? '{"status":"ok"}' : "");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
  });

  test("of readiness reports each check on its own", async () => {
    const response = await app({
      checks: {
        configuration: () => Promise.resolve(),
        secrets: () => Promise.reject(new Error("Razorpay's secret has no keys")),
        database: () => Promise.resolve(),
      },
    }).request("/health/ready", {}, {});
    expect([response.status, await response.json()]).toEqual([
      503,
      {
        status: "failed",
        checks: {
          configuration: { status: "ok" },
          secrets: { status: "failed", detail: "Razorpay's secret has no keys" },
          database: { status: "ok" },
        },
      },
    ]);
  });
});

describe("time-outs", () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const KEY = { "Idempotency-Key": "sample-key-0000001" };
  const PAYMENT = JSON.stringify({ order_id: "00000000-0000-4000-8000-000000000402", amount: "1250.00" });
  test.each([
    ["/payments/create", { database: new Database({ connect: never }) }],
    ["/payments/webhook", { webhookSecret: never }],
  ])("%s is answered by when to come back, before API Gateway gives up at 29 seconds", async (path, slow) => {
    const headers = { "Content-Type": "application/json", ...KEY };
    const answer = Promise.resolve(app(slow).request(path, { method: "POST", body: PAYMENT, headers }, {}));
    await jest.advanceTimersByTimeAsync(28_000);
    const { status, headers: answered } = await answer;
    expect([status, answered.get("Retry-After")]).toEqual([503, "10"]);
  });

  test("a readiness check fails on its own, and its late result is still logged", async () => {
    const denied = new Error("the secret cannot be read", { cause: new UserError(EVENTS.secretReadFailed) });
    const secrets = (): Promise<void> =>
      new Promise((_, reject) => {
        setTimeout(reject, 60_000, denied);
      });
    const checks = { configuration: () => Promise.resolve(), secrets, database: () => Promise.resolve() };
    const answer = Promise.resolve(app({ checks }).request("/health/ready", {}, {}));
    await jest.advanceTimersByTimeAsync(28_000);
    expect(await (await answer).json()).toMatchObject({
      checks: { secrets: { status: "failed", detail: "no answer within 12 seconds" }, database: { status: "ok" } },
    });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(JSON.stringify(logged())).toContain(EVENTS.secretReadFailed);
  });
});

describe("CORS", () => {
  test.each([
    [ORIGIN, ORIGIN],
    ["https://shop.example.evil.example", null],
    ["https://SHOP.example", null],
    ["null", null],
  ])("of %s allows %s", async (origin, allowed) => {
    const response = await app().request("/health", { headers: { Origin: origin } }, {});
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(allowed);
  });

  test("allows nobody if no origin is configured", async () => {
    const closed = app({ allowedOrigin: undefined });
    const response = await closed.request("/health", { headers: { Origin: ORIGIN } }, {});
    expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
  });

  test("answers a preflight with the methods and headers that the app accepts", async () => {
    const headers = { Origin: ORIGIN, "Access-Control-Request-Method": "POST" };
    const response = await app().request("/payments/create", { method: "OPTIONS", headers }, {});
    expect(response.status).toBe(204);
    expect(response.headers.get("Access-Control-Allow-Headers")).toContain("Idempotency-Key");
  });
});

describe("what the app refuses", () => {
  const key = { "Idempotency-Key": "key-0000000000001" };
  const body = JSON.stringify({ order_id: "00000000-0000-4000-8000-000000000402", amount: "1250.00" });

  test.each<[string, number, string, () => Promise<Response>]>([
    ["an unknown path", 404, "Not Found", () => post("/payments", body)],
    ["no key", 422, "Unprocessable Content", () => post("/payments/create", body)],
    ["a short key", 422, "Unprocessable Content", () => post("/payments/create", body, { "Idempotency-Key": "1" })],
    ["no JSON", 400, "Bad Request", () => post("/payments/create", `{"${PRIVATE}`, key)],
    [
      "JSON patches",
      415,
      "Unsupported Media Type",
      () => post("/payments/create", body, { ...key, "Content-Type": "application/json-patch+json" }),
    ],
    [
      "text",
      415,
      "Unsupported Media Type",
      () => post("/payments/create", body, { ...key, "Content-Type": "text/plain" }),
    ],
    [
      "a number",
      422,
      "Unprocessable Content",
      () => post("/payments/create", body.replace('"1250.00"', "1250.00"), key),
    ],
    [
      "three decimals",
      422,
      "Unprocessable Content",
      () => post("/payments/create", body.replace("50.00", "50.000"), key),
    ],
    [
      "another field",
      422,
      "Unprocessable Content",
      () => post("/payments/create", body.replace("{", `{"${PRIVATE}":1,`), key),
    ],
    ["too many bytes", 413, "Content Too Large", () => post("/payments/create", " ".repeat(70_000), key)],
  ])("%s is a problem of its own: %i %s, without what was sent", async (_, status, title, ask) => {
    const response = await ask();
    const problem = (await response.json()) as Record<string, unknown>;
    expect([response.status, response.headers.get("Content-Type")]).toEqual([status, "application/problem+json"]);
    expect(problem).toEqual({ title, status, detail: expect.any(String) as string });
    expect(JSON.stringify(problem)).not.toContain(PRIVATE);
  });

  test.each([
    ['{"order_id":"no-uuid","amount":1,"more":1}', ["Idempotency-Key", "body.order_id", "body.amount", "body"]],
    ['{"order_id":"no-uuid"}', ["Idempotency-Key", "body.order_id", "body.amount"]],
    ["[]", ["Idempotency-Key", "body"]],
  ])("everything that is wrong with %s is named at once, with what it should be", async (sent, wrong) => {
    const { detail } = (await (await post("/payments/create", sent)).json()) as { detail: string };
    const list = detail.replace("The request is not valid. ", "").replace(/\.$/, "");
    const reported = list.split("; ").map((one) => one.split(": "));
    expect(reported.map(([what = ""]) => what)).toEqual(wrong);
    for (const [, form] of reported) {
      expect(form).toMatch(/^(a |the |16 to |no other fields$)/);
    }
  });

  test.each([
    ["DELETE", "/health", "GET, HEAD"],
    ["GET", "/payments/create", "POST"],
    ["PUT", "/payments/webhook", "POST"],
  ])("%s %s says what is allowed", async (method, path, allow) => {
    const response = await app().request(path, { method }, {});
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allow]);
  });
});

test("the default API is Razorpay's own", async () => {
  const asked = jest.spyOn(globalThis, "fetch").mockRejectedValue(new TypeError("no network here"));
  const url = process.env.RAZORPAY_URL;
  const razorpay = new Razorpay({ url, keys: () => Promise.resolve({ keyId: "a", keySecret: "b" }), attempts: 1 });
  const order = { receipt: "r", amountPaise: 100, currency: "INR" };
  await expect(razorpay.ensureOrder(order, { mayExist: false })).rejects.toThrow("not available");
  expect(url).toBeUndefined();
  expect(asked.mock.calls.map(([asking]) => (asking as URL).href)).toEqual(["https://api.razorpay.com/v1/orders"]);
  asked.mockRestore();
});

describe("the log", () => {
  test("has one line per request, with its id and nothing that the caller wrote", async () => {
    await app().request(
      `/${PRIVATE}?token=${PRIVATE}`,
      { headers: { Authorization: PRIVATE, Cookie: PRIVATE } },
      { requestContext: { requestId: "r-1" } },
    );
    expect(logged()).toEqual([{ level: "INFO", message: "request", requestId: "r-1", method: "GET", status: 404 }]);
  });

  test.each(words)("never repeats a caller's word that an alarm counts: %s", async (word) => {
    await app().request(`/${encodeURIComponent(word)}`, {}, {});
    await post("/payments/create", JSON.stringify({ order_id: word, amount: word }), {
      "Idempotency-Key": "key-0000000000001",
    });
    expect(output.mock.calls.join("")).not.toContain(word);
  });

  test("has the word that the alarm counts if a secret cannot be read, and the answer does not", async () => {
    const denied = `${EVENTS.secretReadFailed}: arn:aws:secretsmanager:ap-south-1:498192039865:secret:x cannot be read`;
    const secretive = app({ webhookSecret: () => Promise.reject(new UserError(denied)) });
    const response = await secretive.request("/payments/webhook", { method: "POST", body: "{}" }, {});
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("arn:");
    expect(logged()[0]).toMatchObject({ level: "ERROR", reason: expect.stringContaining(denied) as string });
  });

  test("has an error line for an unexpected error, whose answer has no stack trace", async () => {
    const broken = app({ webhookSecret: () => Promise.reject(new TypeError("x is undefined")) });
    const response = await broken.request("/payments/webhook", { method: "POST", body: "{}" }, {});
    expect(await response.json()).toEqual({
      title: "Internal Server Error",
      status: 500,
      detail: "Something unexpected went wrong.",
    });
    expect(logged()[0]).toMatchObject({ level: "ERROR", reason: "TypeError: x is undefined" });
  });
});

describe("Razorpay's secret", () => {
  test.each(["", "{}", "null", "no-json", '{"key_id":"","key_secret":"a","webhook_secret":"b"}', '{"key_id":1}'])(
    "that is %j is an answer of its own, without its text",
    (text) => {
      expect(() => razorpaySecretIn(text)).toThrow(
        expect.objectContaining({ status: 503, title: "Payments Not Set Up" }) as Error,
      );
    },
  );

  test("has three values", () => {
    expect(razorpaySecretIn('{"key_id":"a","key_secret":"b","webhook_secret":"c"}')).toEqual({
      keyId: "a",
      keySecret: "b",
      webhookSecret: "c",
    });
  });
});
