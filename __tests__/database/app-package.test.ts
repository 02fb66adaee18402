import { dev } from "../fixtures/environments";
import { SAMPLE_KEYS } from "../../tools/develop/local-app/razorpay-stand-in";
import { present } from "../helpers/present";
import { SECRET_ARN } from "../helpers/secure-database";
import { surroundings, type DeployedApp } from "./deployed-app";
import { created, creation, JSON_TYPE, problem, SAMPLE_ORDER, signed } from "./payment-requests";
import type { ApiRequest } from "./proxy-events";

const KEY = "3f0f7a52-6f0e-4b44-9f5e-0d6f3f2b9a10";

const around = surroundings();
const { database } = around;

describe("the app's package, loaded as Lambda loads it", () => {
  const state: { app?: DeployedApp } = {};
  beforeAll(() => {
    state.app = around.deploy();
  });
  const app = (): DeployedApp => present(state.app);

  test("answers health to everyone, without a secret and so without the database", async () => {
    const before = database.secrets.reads();
    const { status, body, headers } = await app().ask({ path: "/health" });
    expect([status, body, headers["content-type"]]).toEqual([200, { status: "ok" }, "application/json"]);
    expect([headers["cache-control"], headers["x-request-id"]]).toEqual(["no-store", app().requestIds[0]]);
    const head = await app().ask({ method: "HEAD", path: "/health" });
    expect([head.status, head.body]).toEqual([200, undefined]);
    expect(database.secrets.reads() - before).toBe(0);
  });

  test("is ready: configuration, secrets, database; each secret is read once", async () => {
    const before = database.secrets.reads();
    for (let asked = 0; asked < 3; asked += 1) {
      const { status, body } = await app().ask({ path: "/health/ready" });
      const ok = { status: "ok" };
      expect([status, body]).toEqual([200, { ...ok, checks: { configuration: ok, secrets: ok, database: ok } }]);
    }
    expect(database.secrets.reads() - before).toBe(2);
  });

  test("creates a payment once for a key, in the database and at Razorpay", async () => {
    const answer = await app().ask(creation(SAMPLE_ORDER, "1250.00", KEY));
    const [order] = around.razorpay.orders;
    expect([answer.status, answer.body]).toEqual([
      201,
      { payment_id: order?.receipt, razorpay_order_id: order?.id, amount: "1250.00", currency: "INR" },
    ]);
    expect(order).toMatchObject({ amount: 125_000, currency: "INR" });
    const asked = around.razorpay.calls.length;
    expect(await app().ask(creation(SAMPLE_ORDER, "1250.00", KEY))).toMatchObject({ status: 201, body: answer.body });
    expect([around.razorpay.orders.length, around.razorpay.calls.length]).toEqual([1, asked]);

    const { rows } = await around.owner.query(
      `SELECT payments.public_id, payments.status, amount, payments.currency, provider_order_id, orders.public_id AS paid
       FROM payments JOIN orders ON orders.id = order_id WHERE idempotency_key = $1`,
      [KEY],
    );
    expect(rows).toEqual([
      {
        public_id: order?.receipt,
        ...{ status: "created", amount: "1250.00", currency: "INR", provider_order_id: order?.id, paid: SAMPLE_ORDER },
      },
    ]);
    const { rows: audits } = await around.owner.query(
      "SELECT actor, action, request_id FROM audit_log WHERE entity_public_id = $1 ORDER BY id",
      [order?.receipt],
    );
    const request_id = app().requestIds.at(-2);
    expect(audits).toEqual([
      { actor: "app", action: "payment.intended", request_id },
      { actor: "app", action: "payment.created", request_id },
    ]);
  });

  test.each([false, true])("records a webhook over the body as it was sent, in base64: %s", async (inBase64) => {
    const order = await around.pendingOrder("99.95");
    const { payment_id, razorpay_order_id } = await created(app(), creation(order, "99.95", `webhook-key-${order}`));
    const { body } = around.razorpay.webhook("payment.captured", razorpay_order_id);
    // In a form that no serializer would produce.
    const spaced = `\n${JSON.stringify(JSON.parse(body.toString()), null, 3)} `.replace(
      '"netbanking"',
      '"crème \\u00e9"',
    );
    const request = { ...signed(spaced), inBase64 };
    const wrong = await app().ask({ ...request, body: body.toString() });
    expect([wrong.status, wrong.body]).toEqual([401, problem(401, "Not Signed")]);
    const recorded = await app().ask(request);
    expect([recorded.status, recorded.body]).toEqual([200, { status: "recorded" }]);
    expect((await app().ask(request)).body).toEqual({ status: "ignored" });
    const { rows } = await around.owner.query(
      `SELECT payments.status AS payment, provider_payment_id, orders.status AS order
       FROM payments JOIN orders ON orders.id = order_id WHERE payments.public_id = $1`,
      [payment_id],
    );
    const provider_payment_id = razorpay_order_id.replace("order_", "pay_");
    expect(rows).toEqual([{ payment: "captured", provider_payment_id, order: "confirmed" }]);
  });

  test.each([
    [dev.apiAllowedOrigin, dev.apiAllowedOrigin],
    ["https://other.example", undefined],
    [`${dev.apiAllowedOrigin}.other.example`, undefined],
  ])("allows a browser at %s to read answers from %s", async (origin, allowed) => {
    const asked = await app().ask({ path: "/health", headers: { Origin: origin } });
    expect([asked.status, asked.headers["access-control-allow-origin"]]).toEqual([200, allowed]);
    const refused = await app().ask({ path: "/nowhere", headers: { Origin: origin } });
    expect([refused.status, refused.headers["access-control-allow-origin"]]).toEqual([404, allowed]);
    const preflight = await app().ask({
      ...{ method: "OPTIONS", path: "/payments/create" },
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([204, allowed]);
  });

  test.each<[number, string, ApiRequest]>([
    [404, "Not Found", { path: "/cakes" }],
    [404, "Not Found", { path: "/health/" }],
    [404, "Not Found", creation("00000000-0000-4000-8000-0000000004ff", "1250.00", `${KEY}-unknown`)],
    [405, "Method Not Allowed", { path: "/payments/create" }],
    [405, "Method Not Allowed", { method: "DELETE", path: "/health" }],
    [413, "Content Too Large", { ...creation(SAMPLE_ORDER, "1250.00", KEY), body: "x".repeat(64 * 1024 + 1) }],
    [415, "Unsupported Media Type", { ...creation(SAMPLE_ORDER, "1250.00", KEY), headers: { "Idempotency-Key": KEY } }],
    [400, "Bad Request", { ...creation(SAMPLE_ORDER, "1250.00", KEY), body: '{"order_id":' }],
    [422, "Unprocessable Content", { ...creation(SAMPLE_ORDER, "1250.00", KEY), headers: JSON_TYPE }],
    [422, "Unprocessable Content", creation(SAMPLE_ORDER, "1250", `${KEY}-amount`)],
    [422, "Wrong Amount", creation(SAMPLE_ORDER, "1250.01", `${KEY}-other`)],
    [422, "Idempotency Key Reused", creation(SAMPLE_ORDER, "1250.01", KEY)],
    [409, "Order Not Payable", creation("00000000-0000-4000-8000-000000000401", "2610.00", `${KEY}-paid`)],
    [401, "Not Signed", { path: "/payments/webhook", headers: JSON_TYPE, body: "{}" }],
  ])("answers errors as problem details: %i %s", async (status, title, request) => {
    const answer = await app().ask(request);
    expect([answer.status, answer.body]).toEqual([status, problem(status, title)]);
    expect(answer.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-request-id": app().requestIds.at(-1),
    });
    expect(JSON.stringify(answer)).not.toMatch(/\bat \S+:\d+|node_modules|private-|192\.0\.2\.1/);
  });

  test("answers a request with a superfluous body", async () => {
    const { status, body } = await app().ask({ method: "GET", path: "/health", headers: JSON_TYPE, body: "{}" });
    expect([status, body]).toEqual([200, { status: "ok" }]);
  });

  test("notices a rotated password and rotated keys without a restart", async () => {
    const { masterUsername: username } = dev.database;
    const password = "sample-password-after-rotation";
    await around.owner.query(`ALTER ROLE ${username} PASSWORD '${password}'`);
    database.secrets.values.set(SECRET_ARN, JSON.stringify({ username, password }));
    const before = database.secrets.reads();
    expect((await app().ask({ path: "/health/ready" })).status).toBe(200);
    expect(database.secrets.reads() - before).toBe(1);

    const keys = { keyId: "rzp_test_rotated", keySecret: "sample-rotated-secret" };
    around.razorpay.rotateKeys(keys);
    around.setRazorpayKeys(keys);
    await created(app(), creation(SAMPLE_ORDER, "1250.00", `${KEY}-rotated`));
    expect(database.secrets.reads() - before).toBe(2);
    around.razorpay.rotateKeys(SAMPLE_KEYS);
    around.setRazorpayKeys(SAMPLE_KEYS);
  });

  test("leaves no session open, however a request ends", async () => {
    const refusing = { kind: 400 } as const;
    around.razorpay.faults.push(refusing);
    const asked = [
      await app().ask({ path: "/health/ready" }),
      await app().ask(creation(SAMPLE_ORDER, "1250.00", KEY)),
      await app().ask(creation(SAMPLE_ORDER, "1250.01", KEY)),
      await app().ask(creation(SAMPLE_ORDER, "1250.00", `${KEY}-refused`)),
      await app().ask(signed('{"event":"payment.captured","payload":{}}')),
    ];
    expect(asked.map(({ status }) => status)).toEqual([200, 201, 422, 502, 200]);
    expect(await around.sessions()).toBe(0);
  });
});
