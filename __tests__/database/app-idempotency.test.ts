import fc from "fast-check";
import type { Client } from "pg";
import type { RazorpayEvent } from "../../tools/develop/local-app/razorpay-shapes";
import type { RazorpayStandIn } from "../../tools/develop/local-app/razorpay-stand-in";
import { present } from "../helpers/present";
import { suiteRazorpay } from "../helpers/razorpay";
import { secureDatabase } from "../helpers/secure-database";
import { insist } from "./answer";
import { appInProcess, post, type App } from "./app-in-process";
import { creation, type Created } from "./payment-requests";
import { pendingOrders } from "./pending-orders";

const NAME = "idempotency";

/** Few runs, since each touches the database, and the same ones each time. */
const RUNS = { numRuns: 20, seed: 5 } as const;

const AMOUNTS = ["100.00", "100.01", "9.99"] as const;

const database = secureDatabase();
const output = jest.spyOn(process.stdout, "write").mockReturnValue(true);
const razorpay = suiteRazorpay();
const state: { app?: App; owner?: Client; keys: number } = { keys: 0 };
beforeAll(async () => {
  state.app = await appInProcess(database, { name: NAME, razorpayUrl: razorpay().url });
  state.owner = await database.server.connect(await database.server.database(NAME));
});
afterAll(() => {
  output.mockRestore();
});

/** Set before the first test. */
function around(): { razorpay: RazorpayStandIn; app: App; owner: Client } {
  return { razorpay: razorpay(), app: present(state.app), owner: present(state.owner) };
}

/** An unused key, as a prefix of others. */
function freshKey(): string {
  state.keys += 1;
  return `property-key-${String(state.keys).padStart(8, "0")}`;
}

const index = fc.nat({ max: AMOUNTS.length - 1 });

/** A call: which key, which order, and whose order's amount. */
const call = fc.record({ key: index, order: index, amount: index });
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

const request = ({ order, amount }: Call): string => `order ${String(order)}, amount ${String(amount)}`;
const isRight = ({ order, amount }: Call): boolean => order === amount;

test("a key gives its first answer forever, and another request with it is refused, however calls overlap", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.array(call, { minLength: 1, maxLength: 6 }), { maxLength: 4 }), async (rounds) => {
      const { razorpay, app, owner } = around();
      const orders = await pendingOrders(owner, AMOUNTS);
      const prefix = freshKey();
      const made = razorpay.orders.length;
      /** For each key that was answered: to what request, and what. */
      const first = new Map<number, { readonly request: string; readonly body: unknown }>();
      for (const round of rounds) {
        const called = await Promise.all(
          round.map(async (one) => ({
            one,
            answer: await insist(() =>
              post(app, creation(orders[one.order] ?? "", AMOUNTS[one.amount] ?? "", `${prefix}-${String(one.key)}`)),
            ),
          })),
        );
        for (const { one, answer } of called) {
          if (answer.status === 201 && !first.has(one.key)) {
            first.set(one.key, { request: request(one), body: answer.body });
          }
        }
        for (const { one, answer } of called) {
          const earlier = first.get(one.key);
          // Of a key without an answer, no request was right.
          expect(earlier !== undefined || !isRight(one)).toBe(true);
          expect(answer).toMatchObject(
            earlier?.request === request(one) ? { status: 201, body: earlier.body } : { status: 422 },
          );
        }
      }
      const { rows } = await owner.query<{ receipt: string; id: string }>(
        "SELECT public_id AS receipt, provider_order_id AS id FROM payments WHERE idempotency_key LIKE $1",
        [`${prefix}-%`],
      );
      const told = [...first.values()].map(({ body }) => body as Created);
      expect(new Set(rows)).toEqual(
        new Set(told.map(({ payment_id: receipt, razorpay_order_id: id }) => ({ receipt, id }))),
      );
      expect(
        razorpay.orders
          .slice(made)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(rows.map(({ id }) => id).sort());
    }),
    RUNS,
  ));

/** Events, and the status that each reports, from the lowest rank to the highest. */
const EVENTS = [
  ["payment.failed", "failed"],
  ["payment.authorized", "authorized"],
  ["payment.captured", "captured"],
  ["refund.processed", "refunded"],
] as const satisfies readonly (readonly [RazorpayEvent, string])[];

/** An event: its index in {@link EVENTS}, and its attempt. */
const event = fc.record({ rank: fc.nat({ max: EVENTS.length - 1 }), attempt: fc.constantFrom("pay_a", "pay_b") });
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

interface Payment {
  readonly paymentId: string;
  readonly send: (event: Event) => Promise<unknown>;
  /** What is in the database: the payment, and the audit log's entries after its creation, as `pay_a captured`. */
  readonly look: () => Promise<{ readonly payment: string; readonly order: string; readonly actions: string[] }>;
}

/** A new payment of a new order. */
async function newPayment(): Promise<Payment> {
  const { razorpay, app, owner } = around();
  const [order = ""] = await pendingOrders(owner, AMOUNTS);
  const { body } = await post(app, creation(order, AMOUNTS[0], freshKey()));
  const { payment_id: paymentId, razorpay_order_id: razorpayOrderId } = body as Created;
  return {
    paymentId,
    send: async ({ rank, attempt: paymentId }) => {
      const [name] = EVENTS[rank] ?? EVENTS[0];
      const webhook = razorpay.webhook(name, razorpayOrderId, { paymentId });
      const answer = await post(app, { path: "/payments/webhook", ...webhook });
      expect(answer.status).toBe(200);
      return (answer.body as { status: unknown }).status;
    },
    look: async () => {
      const { rows } = await owner.query<{ payment: string; order: string; actions: string[] }>(
        `SELECT payments.status AS payment, orders.status AS order, ARRAY(
           SELECT (details ->> 'razorpay_payment_id') || ' ' || split_part(action, '.', 2) FROM audit_log WHERE entity_public_id = payments.public_id ORDER BY id OFFSET 2
         ) AS actions
         FROM payments JOIN orders ON orders.id = order_id WHERE payments.public_id = $1`,
        [paymentId],
      );
      const [row] = rows;
      if (!row) {
        throw new Error(`There is no payment ${paymentId}`);
      }
      return row;
    },
  };
}

const statusOf = (rank: number): string => EVENTS[rank]?.[1] ?? "created";

const entry = ({ rank, attempt }: Event): string => `${attempt} ${statusOf(rank)}`;

const ranksOf = (attempt: string, events: readonly Event[]): number[] =>
  events.filter((one) => one.attempt === attempt).map(({ rank }) => rank);

/** The status of a payment by the furthest status of each attempt: captured money decides first. */
function statusBy(events: readonly Event[]): string {
  const furthest = events.map(({ attempt }) => statusOf(Math.max(...ranksOf(attempt, events))));
  return ["captured", "refunded", "authorized", "failed"].find((status) => furthest.includes(status)) ?? "created";
}

test("events one after the other: each that advances its attempt is recorded", () =>
  fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 8 }), async (events) => {
      const { send, look } = await newPayment();
      const news = events.filter(({ rank, attempt }, at) =>
        ranksOf(attempt, events.slice(0, at)).every((earlier) => earlier < rank),
      );
      const answers = [];
      for (const one of events) {
        answers.push(await send(one));
      }
      expect(answers.filter((answer) => answer === "recorded")).toHaveLength(news.length);
      expect(await look()).toEqual({
        payment: statusBy(events),
        order: news.some(({ rank }) => statusOf(rank) === "captured") ? "confirmed" : "pending",
        actions: news.map(entry),
      });
    }),
    RUNS,
  ));

test("events all at once: the payment ends as its attempts did, and nothing was recorded twice or backwards", () =>
  fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 8 }), async (events) => {
      const { send, look } = await newPayment();
      const answers = await Promise.all(events.map(send));
      const { payment, actions } = await look();
      expect(payment).toBe(statusBy(events));
      for (const attempt of ["pay_a", "pay_b"] as const) {
        const ranks = EVENTS.map((_, rank) => actions.indexOf(entry({ rank, attempt }))).filter((at) => at >= 0);
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }
      expect(new Set(actions).size).toBe(actions.length);
      expect(answers.filter((answer) => answer === "recorded")).toHaveLength(actions.length);
    }),
    RUNS,
  ));
