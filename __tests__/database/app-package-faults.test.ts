import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { EVENTS, LEVELS } from "../../src/shared/log-words";
import { dev } from "../fixtures/environments";
import { SAMPLE_KEYS, SAMPLE_WEBHOOK_SECRET } from "../../tools/develop/local-app/razorpay-stand-in";
import { RAZORPAY_ARN } from "../helpers/razorpay";
import { SECRET_ARN } from "../helpers/secure-database";
import { surroundings, type DeployedApp } from "./deployed-app";
import { created, creation, problem, SAMPLE_ORDER, signed } from "./payment-requests";

const KEY = "7d0c2a1e-52c3-4f6b-8f6e-5a0c2b7c9d11";

/** A port on which nothing listens. */
const FREE_PORT = 1;

const around = surroundings();
const { database } = around;

/** Accepts connections and never answers. */
const mute = createServer();
beforeAll(() => once(mute.listen(0, "127.0.0.1"), "listening"));
afterAll(() => {
  mute.close();
});
const mutePort = (): number => (mute.address() as AddressInfo).port;

const logged = ({ host }: DeployedApp): Record<string, unknown>[] =>
  host
    .log()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("a dependency fails", () => {
  test("an empty Razorpay secret has its own answer, and after it is filled the same request works", async () => {
    database.secrets.values.set(RAZORPAY_ARN, "");
    const request = creation(SAMPLE_ORDER, "1250.00", `${KEY}-empty`);
    const app = around.deploy();
    for (const asked of [request, signed("{}")]) {
      const { status, body, headers } = await app.ask(asked);
      expect([status, body, headers["retry-after"]]).toEqual([503, problem(503, "Payments Not Set Up"), undefined]);
    }
    const notReady = await app.ask({ path: "/health/ready" });
    expect([notReady.status, notReady.body]).toMatchObject([
      503,
      {
        checks: { secrets: { detail: "Razorpay's secret cannot be read, or has no keys" }, database: { status: "ok" } },
      },
    ]);
    expect((await app.ask({ path: "/health" })).status).toBe(200);
    around.setRazorpayKeys(SAMPLE_KEYS);
    const { payment_id } = await created(around.deploy(), request);
    expect(around.razorpay.orders.filter(({ receipt }) => receipt === payment_id)).toHaveLength(1);
  });

  test.each([
    ["database", SECRET_ARN],
    ["Razorpay", RAZORPAY_ARN],
  ])("a denied secret of %s is a 503, and the log has the word that the alarm counts", async (name, arn) => {
    const request = creation(SAMPLE_ORDER, "1250.00", `${KEY}-denied-${name}`);
    const value = database.secrets.values.get(arn) ?? "";
    database.secrets.values.delete(arn);
    const app = around.deploy();
    const denied = await app.ask(request);
    database.secrets.values.set(arn, value);
    expect([denied.status, denied.body]).toEqual([503, problem(503, "Service Unavailable")]);
    expect(JSON.stringify(denied.body)).not.toContain("arn:");
    const errors = logged(app).filter(({ level }) => level === LEVELS.error);
    const reason = expect.stringMatching(`${EVENTS.secretReadFailed}: ${arn} `) as string;
    expect(errors).toEqual([expect.objectContaining({ requestId: app.requestIds[0], reason })]);
    // A failure is not kept.
    await created(app, request);
  });

  test("a paused database is a 503 with Retry-After before API Gateway gives up, and Razorpay is not called", async () => {
    const asked = around.razorpay.calls.length;
    const paused = [FREE_PORT, mutePort()].map((port) => around.deploy({ DB_PORT: String(port) }));
    const answers = await Promise.all(paused.map((app) => app.ask(creation(SAMPLE_ORDER, "1250.00", `${KEY}-paused`))));
    for (const { status, headers, body } of answers) {
      expect([status, headers["retry-after"], body]).toEqual([503, "10", problem(503, "Service Unavailable")]);
    }
    for (const app of paused) {
      expect(logged(app).map(({ level, requestId }) => [level, requestId])).toEqual([
        ...[LEVELS.warning, LEVELS.info].map((level) => [level, app.requestIds[0]]),
      ]);
    }
    expect(around.razorpay.calls).toHaveLength(asked);
  });

  test("a silent Secrets Manager is a 503 with Retry-After before API Gateway gives up", async () => {
    const app = around.deploy({ AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${String(mutePort())}` });
    const { status, headers, body } = await app.ask(creation(SAMPLE_ORDER, "1250.00", `${KEY}-mute`));
    expect([status, headers["retry-after"], body]).toEqual([503, "10", problem(503, "Service Unavailable")]);
    expect(app.host.log()).toContain(EVENTS.secretReadFailed);
  });

  test("a function dies after Razorpay created the order: the next one finds and uses the order", async () => {
    const request = creation(SAMPLE_ORDER, "1250.00", `${KEY}-died`);
    const dying = around.deploy();
    around.razorpay.faults.push({ kind: "silence", done: true, onTaken: () => void dying.host.stop() });
    await expect(dying.ask(request)).rejects.toThrow("Runtime exited");
    const [lost] = around.razorpay.orders.slice(-1);
    const answer = await created(around.deploy(), request);
    expect(answer).toMatchObject({ payment_id: lost?.receipt, razorpay_order_id: lost?.id });
    expect(around.razorpay.orders.filter(({ receipt }) => receipt === lost?.receipt)).toHaveLength(1);
    expect(await around.sessions()).toBe(0);
  });
});

test("the log is lines of JSON with the request's id, and without anything sent, secret or personal", async () => {
  const app = around.deploy();
  const order = await around.pendingOrder("1234.50");
  const key = `private-key-${order}`;
  const { razorpay_order_id } = await created(app, creation(order, "1234.50", key));
  const { body, headers } = around.razorpay.webhook("payment.failed", razorpay_order_id);
  await app.ask({ path: "/payments/webhook", body, headers });
  await app.ask({ path: `/${EVENTS.secretReadFailed}/private-path`, body: "private-body" });
  around.razorpay.faults.push({ kind: 400 }, { kind: 500 }, { kind: 500 }, { kind: 500 });
  for (const status of [502, 503]) {
    expect((await app.ask(creation(order, "1234.50", `${key}-${String(status)}`))).status).toBe(status);
  }
  database.secrets.values.set(SECRET_ARN, '{"username":"sample","password":"private-password"}');
  const others = around.deploy();
  await others.ask(creation(order, "1234.50", key));
  await others.ask({ path: "/health/ready" });
  const { masterUsername: username } = dev.database;
  await around.owner.query(`ALTER ROLE ${username} PASSWORD '${database.password}'`);
  database.secrets.values.set(SECRET_ARN, JSON.stringify({ username, password: database.password }));

  for (const one of [app, others]) {
    const lines = logged(one);
    expect(lines.filter(({ message }) => message === "request").map(({ requestId }) => requestId)).toEqual(
      one.requestIds,
    );
    for (const line of lines) {
      expect(line).toEqual(
        expect.objectContaining({
          level: expect.stringMatching(/^(INFO|WARNING|ERROR)$/) as string,
          requestId: expect.stringMatching(new RegExp(one.requestIds.join("|"))) as string,
        }),
      );
    }
  }
  const log = app.host.log() + others.host.log();
  const private_ = [database.password, SAMPLE_KEYS.keySecret, SAMPLE_WEBHOOK_SECRET, key, order, razorpay_order_id];
  for (const word of [...private_, "private-", "1234.50", "123450", "example.com", "+919000000000", "192.0.2.1"]) {
    expect(log).not.toContain(word);
  }
  expect(log).not.toContain(EVENTS.secretReadFailed);
});
