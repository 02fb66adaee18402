import type { Client } from "pg";
import { LEVELS } from "../../src/shared/log-words";
import type { RazorpayFault } from "../../tools/develop/local-app/razorpay-stand-in";
import { SUPERUSER } from "../../tools/develop/postgres/data";
import { rupeesOf } from "../helpers/money";
import { suiteRazorpay } from "../helpers/razorpay";
import { secureDatabase } from "../helpers/secure-database";
import { insist, type Answer } from "./answer";
import { appInProcess, endSessions, post, type App } from "./app-in-process";
import { creation, type Created, type Post } from "./payment-requests";
import { pendingOrders } from "./pending-orders";
import { shuffled } from "./seeded";
import { Tally } from "./tally";

const NAME = "load";
const PAYMENTS = 200;
const LIMIT_MS = 300_000;

/** Paise, from 1 rupee to 10 million. */
const AMOUNTS = Array.from({ length: PAYMENTS }, (_, index) => 100 + ((index * 7_654_321) % 1_000_000_000));

/** Two clients for each payment, and some sessions for the test itself. */
const MAX_CONNECTIONS = 2 * PAYMENTS + 50;

/** How many times sooner than they are told clients come back: 3 seconds are one. */
const HASTE = 3;

/** How many webhooks Razorpay has under way at a time. */
const DELIVERIES = 50;

/** What goes wrong at Razorpay: before the order is made, and after. */
const FAULTS: readonly RazorpayFault[] = [
  { kind: "silence" },
  { kind: "silence", done: true },
  { kind: "break" },
  { kind: "break", done: true },
  { kind: 500 },
  { kind: 502, done: true, body: "<html>" },
  { kind: 200, done: true, body: "{" },
  { kind: 429, headers: { "Retry-After": "1" } },
  { kind: 429, headers: { "Retry-After": "60" } },
].flatMap((fault) => Array.from({ length: 3 }, () => fault as RazorpayFault));

const database = secureDatabase();
const output = jest.spyOn(process.stdout, "write").mockReturnValue(true);
const razorpay = suiteRazorpay();
beforeAll(async () => {
  const { host, port } = await database.server.database(NAME);
  const superuser = await database.server.connect({ host, port, user: SUPERUSER, database: "postgres" });
  await superuser.query(`ALTER SYSTEM SET max_connections = ${String(MAX_CONNECTIONS)}`);
  database.server.stop();
  database.server.start();
});
beforeEach(() => {
  output.mockClear();
});
afterAll(() => {
  output.mockRestore();
});

/** Session of the owner, who outlives no restart. */
const owner = async (): Promise<Client> => database.server.connect(await database.server.database(NAME));

interface Order {
  readonly id: string;
  /** Paise. */
  readonly paise: number;
}

/** Sends a request as clients and Razorpay do, and counts what is heard. */
function send(app: App, request: Post, heard: Tally): Promise<Answer> {
  return insist(async () => {
    const answer = await post(app, request);
    heard.add(answer.status);
    return answer;
  }, HASTE);
}

/** Restarts the database; it is down until some requests have failed of it. */
async function restart(heard: Tally): Promise<void> {
  database.server.stop();
  await heard.more(503, 20);
  database.server.start();
}

/** What goes wrong while payments are created. */
async function disturb(heard: Tally): Promise<void> {
  razorpay().faults.push(...shuffled(FAULTS, 1));
  await heard.reach(201, 40);
  await endSessions(await owner());
  await heard.reach(201, 80);
  // At least 120 payments have calls to Razorpay before them.
  razorpay().faults.push(...shuffled(FAULTS, 2));
  await restart(heard);
  await heard.reach(201, 200);
  await endSessions(await owner());
  await heard.reach(201, 260);
  await restart(heard);
}

/** Levels of the lines that the app has logged. */
const levels = (): Set<unknown> =>
  new Set(output.mock.calls.map(([line]) => (JSON.parse(String(line)) as { level: unknown }).level));

/** Paise of an amount in rupees with two decimals, exactly. */
const paise = (rupees: string): bigint => BigInt(rupees.replace(".", ""));
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** A payment that a client was told of. */
interface Told extends Order {
  readonly key: string;
  readonly paymentId: string;
  readonly razorpayOrderId: string;
}

/** Looks that an order has its one payment: in both clients' answers, in the database, at Razorpay and in the log. */
async function expectOnce(told: readonly Told[]): Promise<void> {
  const client = await owner();
  const { rows } = await client.query(
    `SELECT idempotency_key AS key, payments.public_id AS "paymentId", provider_order_id AS "razorpayOrderId",
       orders.public_id AS id, (amount * 100)::bigint::integer AS paise
     FROM payments JOIN orders ON orders.id = order_id WHERE payments.public_id = ANY ($1) ORDER BY 1`,
    [told.map(({ paymentId }) => paymentId)],
  );
  expect(rows).toEqual(told);
  const { rows: audits } = await client.query(
    `SELECT entity_public_id AS "paymentId", array_agg(action ORDER BY id) AS actions FROM audit_log GROUP BY 1`,
  );
  expect(new Set(audits)).toEqual(
    new Set(told.map(({ paymentId }) => ({ paymentId, actions: ["payment.intended", "payment.created"] }))),
  );
  // An order that Razorpay makes after somebody has looked for it and found none comes in addition: it happens where
  // the session breaks, and with it the lock, while Razorpay is asked. Nobody is told of it, so nobody can pay it.
  const { orders } = razorpay();
  const given = new Set(told.map(({ razorpayOrderId }) => razorpayOrderId));
  expect(given.size).toBe(told.length);
  expect(
    new Set(orders.filter(({ id }) => given.has(id)).map(({ id, receipt, amount }) => ({ id, receipt, amount }))),
  ).toEqual(
    new Set(told.map(({ razorpayOrderId: id, paymentId: receipt, paise: amount }) => ({ id, receipt, amount }))),
  );
  expect(new Set(orders.map(({ receipt }) => receipt))).toEqual(new Set(told.map(({ paymentId }) => paymentId)));
}

describe("200 payments at once", () => {
  const told: Told[] = [];
  const apps: App[] = [];

  test(
    "each asked for by two clients, while Razorpay fails and the database restarts: none lost, none doubled",
    async () => {
      const app = await appInProcess(database, {
        ...{ name: NAME, razorpayUrl: razorpay().url, haste: HASTE },
      });
      apps.push(app);
      const ids = await pendingOrders(await owner(), AMOUNTS.map(rupeesOf));
      const wanted = AMOUNTS.map((amount, index) => ({
        ...{ id: ids[index] ?? "", paise: amount, key: `load-key-${String(index).padStart(8, "0")}` },
      }));
      const heard = new Tally();
      const clients = [wanted, wanted].map((requests, client) =>
        shuffled(requests, client).map(async ({ key, ...order }) => {
          const { status, body } = await send(app, creation(order.id, rupeesOf(order.paise), key), heard);
          const { payment_id: paymentId, razorpay_order_id: razorpayOrderId } = body as Created;
          return { status, amount: (body as Created).amount, payment: { key, ...order, paymentId, razorpayOrderId } };
        }),
      );
      const all = Promise.all(clients.map((each) => Promise.all(each)));
      const [answers] = await Promise.all([all, Promise.race([disturb(heard), all])]);

      const [one = [], other = []] = answers.map((each) =>
        each.sort((a, b) => (a.payment.key < b.payment.key ? -1 : 1)),
      );
      for (const { status, amount, payment } of [...one, ...other]) {
        expect([status, amount]).toEqual([201, rupeesOf(payment.paise)]);
      }
      expect(other).toEqual(one);
      expect(heard.statuses()).toEqual([201, 503]);
      expect(levels()).toEqual(new Set([LEVELS.info, LEVELS.warning]));
      expect(razorpay().faults).toEqual([]);
      told.push(...one.map(({ payment }) => payment));
      await expectOnce(told);
    },
    LIMIT_MS,
  );

  test(
    "then paid: webhooks that come three times, in any order, while sessions break; the sums agree",
    async () => {
      const [app] = apps;
      if (!app) {
        throw new Error("The payments are created first");
      }
      const events = (["payment.authorized", "payment.captured"] as const).flatMap((event) =>
        told.map(({ razorpayOrderId }) => ({
          path: "/payments/webhook",
          ...razorpay().webhook(event, razorpayOrderId),
        })),
      );
      const waiting = shuffled([...events, ...events, ...events], 5);
      const heard = new Tally();
      const deliveries = Array.from({ length: DELIVERIES }, async () => {
        for (let event = waiting.pop(); event !== undefined; event = waiting.pop()) {
          await send(app, event, heard);
        }
      });
      const all = Promise.all(deliveries);
      await Promise.all([all, Promise.race([heard.reach(200, 300).then(owner).then(endSessions), all])]);

      expect([200, 503]).toEqual(expect.arrayContaining(heard.statuses()));
      expect(heard.count(200)).toBe(3 * 2 * PAYMENTS);
      const client = await owner();
      const { rows } = await client.query<{ payment: string; order: string; amount: string; total: string }>(
        `SELECT payments.status AS payment, orders.status AS order, amount, total_amount AS total
         FROM payments JOIN orders ON orders.id = order_id`,
      );
      expect(new Set(rows.map(({ payment, order }) => `${payment}, ${order}`))).toEqual(
        new Set(["captured, confirmed"]),
      );
      const asked = sum(told.map((order) => BigInt(order.paise)));
      const captured = sum(
        razorpay()
          .orders.filter(({ id }) => told.some(({ razorpayOrderId }) => razorpayOrderId === id))
          .map(({ amount }) => BigInt(amount)),
      );
      expect([
        sum(rows.map(({ amount }) => paise(amount))),
        sum(rows.map(({ total }) => paise(total))),
        captured,
      ]).toEqual([...[asked, asked, asked]]);
      const { rows: audits } = await client.query(
        `SELECT count(*)::integer AS entries, count(DISTINCT entity_public_id)::integer AS payments
         FROM audit_log WHERE action = 'payment.captured'`,
      );
      expect(audits).toEqual([{ entries: PAYMENTS, payments: PAYMENTS }]);
    },
    LIMIT_MS,
  );
});
