import type { Client } from "pg";
import { LEVELS } from "../../src/shared/log-words";
import type { RazorpayFault } from "../../tools/develop/local-app/razorpay-stand-in";
import { SUPERUSER } from "../../tools/shared/postgres/data";
import { rupeesOf } from "../helpers/money";
import { suiteRazorpay } from "../helpers/razorpay";
import { secureDatabase } from "../helpers/secure-database";
import { insist, type Answer } from "./answer";
import { appInProcess, endSessions, post, type App } from "./app-in-process";
import { PAYMENTS } from "./load-size";
import { creation, type Created, type Post } from "./payment-requests";
import { pendingOrders } from "./pending-orders";
import { shuffled } from "./seeded";
import { Tally } from "./tally";

/** Paise, from 1 rupee to 10 million. */
const AMOUNTS = Array.from({ length: PAYMENTS }, (_, index) => 100 + ((index * 7_654_321) % 1_000_000_000));

/** Two clients for each payment, and some sessions for the test itself. */
const MAX_CONNECTIONS = 2 * PAYMENTS + 50;

/** How many times sooner than asked clients come back: 10 seconds become one. Few clients may hurry. */
const HASTE = PAYMENTS < 100 ? 10 : 3;

/** How many webhooks Razorpay delivers at a time. */
const DELIVERIES = PAYMENTS / 4;

/** How often each fault happens at a time. */
const REPETITIONS = PAYMENTS < 100 ? 1 : 3;

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
].flatMap((fault) => Array.from({ length: REPETITIONS }, () => fault as RazorpayFault));

const database = secureDatabase();
const output = jest.spyOn(process.stdout, "write").mockReturnValue(true);
const razorpay = suiteRazorpay();
beforeAll(async () => {
  const { host, port } = await database.server.database("settings");
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

/** A session of a database's owner. It does not outlive a restart. */
const owner = async (name: string): Promise<Client> => database.server.connect(await database.server.database(name));

/** An app of its own on a database of its own, with orders that wait for their payments. */
interface Shop {
  readonly name: string;
  readonly app: App;
  readonly wanted: readonly Wanted[];
}

/** A payment that is to be created. */
interface Wanted {
  /** The order's `public_id`. */
  readonly id: string;
  /** Paise. */
  readonly paise: number;
  /** Idempotency key. */
  readonly key: string;
}

async function openShop(name: string): Promise<Shop> {
  const app = await appInProcess(database, { name, razorpayUrl: razorpay().url, haste: HASTE });
  const ids = await pendingOrders(await owner(name), AMOUNTS.map(rupeesOf));
  const wanted = AMOUNTS.map((amount, index) => ({
    ...{ id: ids[index] ?? "", paise: amount, key: `${name}-key-${String(index).padStart(8, "0")}` },
  }));
  return { name, app, wanted };
}

/** A payment as a client knows it. */
interface Payment extends Wanted {
  readonly paymentId: string;
  readonly razorpayOrderId: string;
}

/** What a client is answered about a payment in the end. */
interface Outcome {
  readonly status: number;
  /** Rupees. */
  readonly amount: string;
  readonly payment: Payment;
}

/** Sends a request as clients and Razorpay do, and counts what is heard. */
function send(app: App, request: Post, heard: Tally): Promise<Answer> {
  return insist(async () => {
    const answer = await post(app, request);
    heard.add(answer.status);
    return answer;
  }, HASTE);
}

/** One client, who creates payments at once, in an order of its own. */
function create(app: App, wanted: readonly Wanted[], client: number, heard: Tally): Promise<Outcome[]> {
  return Promise.all(
    shuffled(wanted, client).map(async (one) => {
      const { status, body } = await send(app, creation(one.id, rupeesOf(one.paise), one.key), heard);
      const { amount, payment_id: paymentId, razorpay_order_id: razorpayOrderId } = body as Created;
      return { status, amount, payment: { ...one, paymentId, razorpayOrderId } };
    }),
  );
}

/** Checks that payments were created. @returns them, in the order of their keys */
function createdPayments(outcomes: readonly Outcome[]): Payment[] {
  for (const { status, amount, payment } of outcomes) {
    expect([status, amount]).toEqual([201, rupeesOf(payment.paise)]);
  }
  return outcomes.map(({ payment }) => payment).sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** Two clients create every payment, in three rushes, while everything around the app goes wrong. */
async function createDisturbed({ name, app, wanted }: Shop, heard: Tally): Promise<[one: Outcome[], other: Outcome[]]> {
  const clients: [Promise<Outcome[]>[], Promise<Outcome[]>[]] = [[], []];
  const rush = (from: number, to: number): void => {
    const some = wanted.slice(from * PAYMENTS, to * PAYMENTS);
    clients.forEach((rushes, client) => rushes.push(create(app, some, client, heard)));
  };
  // Clients that have all been answered are not waited for: the test then says what they were answered.
  const unlessOver = (event: Promise<void>): Promise<unknown> => Promise.race([event, Promise.all(clients.flat())]);
  const created = (share: number): Promise<unknown> => unlessOver(heard.reach(201, share * 2 * PAYMENTS));
  /** The database is down until some of those who come meanwhile have failed because of it. */
  const rushAtRestart = async (from: number, to: number): Promise<void> => {
    database.server.stop();
    rush(from, to);
    await unlessOver(heard.more(503, PAYMENTS / 10));
    database.server.start();
  };

  razorpay().faults.push(...shuffled(FAULTS, 1));
  rush(0, 0.4);
  await created(0.1);
  await endSessions(await owner(name));
  await created(0.2);
  razorpay().faults.push(...shuffled(FAULTS, 2));
  await rushAtRestart(0.4, 0.7);
  await created(0.5);
  await endSessions(await owner(name));
  await rushAtRestart(0.7, 1);

  const [one, other] = clients.map(async (rushes) => (await Promise.all(rushes)).flat());
  return [(await one) ?? [], (await other) ?? []];
}

/** Levels of the lines that the app has logged. */
const levels = (): Set<unknown> =>
  new Set(output.mock.calls.map(([line]) => (JSON.parse(String(line)) as { level: unknown }).level));

/** Paise of an amount in rupees with two decimals, exactly. */
const paise = (rupees: string): bigint => BigInt(rupees.replace(".", ""));
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Checks that every order has its one payment: in the database, in the audit log and at Razorpay. */
async function expectOnce(name: string, payments: readonly Payment[]): Promise<void> {
  const client = await owner(name);
  const { rows } = await client.query(
    `SELECT idempotency_key AS key, payments.public_id AS "paymentId", provider_order_id AS "razorpayOrderId",
       orders.public_id AS id, (amount * 100)::bigint::integer AS paise
     FROM payments JOIN orders ON orders.id = order_id WHERE payments.public_id = ANY ($1) ORDER BY 1`,
    [payments.map(({ paymentId }) => paymentId)],
  );
  expect(rows).toEqual(payments);
  const { rows: audits } = await client.query(
    `SELECT entity_public_id AS "paymentId", array_agg(action ORDER BY id) AS actions FROM audit_log GROUP BY 1`,
  );
  expect(new Set(audits)).toEqual(
    new Set(payments.map(({ paymentId }) => ({ paymentId, actions: ["payment.intended", "payment.created"] }))),
  );
  // Razorpay may have further orders: where a session breaks while Razorpay is asked, its lock is gone, and Razorpay
  // may create the order after somebody else has looked for it. No client learns of it, so no one can pay it.
  const { orders } = razorpay();
  const given = new Set(payments.map(({ razorpayOrderId }) => razorpayOrderId));
  expect(given.size).toBe(payments.length);
  expect(
    new Set(orders.filter(({ id }) => given.has(id)).map(({ id, receipt, amount }) => ({ id, receipt, amount }))),
  ).toEqual(
    new Set(payments.map(({ razorpayOrderId: id, paymentId: receipt, paise: amount }) => ({ id, receipt, amount }))),
  );
  expect(new Set(orders.map(({ receipt }) => receipt))).toEqual(new Set(payments.map(({ paymentId }) => paymentId)));
}

describe(`${String(PAYMENTS)} payments at once`, () => {
  test("requested by two clients each, while Razorpay fails and the database restarts: none is lost or doubled", async () => {
    const shop = await openShop("creation");
    const heard = new Tally();
    const [one, other] = await createDisturbed(shop, heard);

    const payments = createdPayments(one);
    expect(createdPayments(other)).toEqual(payments);
    expect(heard.statuses()).toEqual([201, 503]);
    expect(levels()).toEqual(new Set([LEVELS.info, LEVELS.warning]));
    expect(razorpay().faults).toEqual([]);
    await expectOnce(shop.name, payments);
  });

  test("paid by webhooks that arrive three times, in any order, while sessions break: the sums agree", async () => {
    // What the other test may have left behind when it failed.
    razorpay().faults.splice(0);
    database.server.start();
    const shop = await openShop("payment");
    const payments = createdPayments(await create(shop.app, shop.wanted, 0, new Tally()));

    const events = (["payment.authorized", "payment.captured"] as const).flatMap((event) =>
      payments.map(({ razorpayOrderId }) => ({
        path: "/payments/webhook",
        ...razorpay().webhook(event, razorpayOrderId),
      })),
    );
    const waiting = shuffled([...events, ...events, ...events], 5);
    const heard = new Tally();
    const deliveries = Array.from({ length: DELIVERIES }, async () => {
      for (let event = waiting.pop(); event !== undefined; event = waiting.pop()) {
        await send(shop.app, event, heard);
      }
    });
    const all = Promise.all(deliveries);
    const breaking = heard.reach(200, 1.5 * PAYMENTS).then(async () => endSessions(await owner(shop.name)));
    await Promise.all([all, Promise.race([breaking, all])]);

    expect([200, 503]).toEqual(expect.arrayContaining(heard.statuses()));
    expect(heard.count(200)).toBe(3 * 2 * PAYMENTS);
    const client = await owner(shop.name);
    const { rows } = await client.query<{ payment: string; order: string; amount: string; total: string }>(
      `SELECT payments.status AS payment, orders.status AS order, amount, total_amount AS total
       FROM payments JOIN orders ON orders.id = order_id`,
    );
    expect(new Set(rows.map(({ payment, order }) => `${payment}, ${order}`))).toEqual(new Set(["captured, confirmed"]));
    const ordered = sum(payments.map((payment) => BigInt(payment.paise)));
    const captured = sum(
      razorpay()
        .orders.filter(({ id }) => payments.some(({ razorpayOrderId }) => razorpayOrderId === id))
        .map(({ amount }) => BigInt(amount)),
    );
    expect([
      sum(rows.map(({ amount }) => paise(amount))),
      sum(rows.map(({ total }) => paise(total))),
      captured,
    ]).toEqual([ordered, ordered, ordered]);
    const { rows: audits } = await client.query(
      `SELECT count(*)::integer AS entries, count(DISTINCT entity_public_id)::integer AS payments
       FROM audit_log WHERE action = 'payment.captured'`,
    );
    expect(audits).toEqual([{ entries: PAYMENTS, payments: PAYMENTS }]);
  });
});
