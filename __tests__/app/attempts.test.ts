import fc from "fast-check";
import { decisive, STATUSES, withNews, type Attempt } from "../../src/app/payments/attempts";

const news = fc.record({ id: fc.constantFrom("pay_a", "pay_b", "pay_c"), status: fc.constantFrom(...STATUSES) });

const told = (events: readonly Attempt[]): Attempt[] =>
  events.reduce<Attempt[]>((all, event) => withNews(all, event) ?? all, []);

/** Attempts without their order. */
const set = (attempts: readonly Attempt[]): Set<string> => new Set(attempts.map(({ id, status }) => `${id} ${status}`));

describe("attempts", () => {
  test("end as the furthest that was told of each, whatever came first and however often", () => {
    fc.assert(
      fc.property(fc.array(news), fc.infiniteStream(fc.nat()), (events, random) => {
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ event }) => event);
        expect(set(told(shuffled))).toEqual(set(told(events)));
        for (const { id, status } of events) {
          const known = told(events).find((attempt) => attempt.id === id);
          expect(STATUSES.indexOf(known?.status ?? "failed")).toBeGreaterThanOrEqual(STATUSES.indexOf(status));
        }
      }),
    );
  });

  test("that were told of before are no news", () => {
    fc.assert(
      fc.property(fc.array(news, { minLength: 1 }), (events) => {
        expect(events.map((event) => withNews(told(events), event))).toEqual(events.map(() => undefined));
      }),
    );
  });

  test("decide on a payment by money that is there, before money that went back", () => {
    fc.assert(
      fc.property(fc.array(news), (events) => {
        const attempts = told(events);
        const statuses = attempts.map(({ status }) => status);
        const expected = (["captured", "refunded", "authorized", "failed"] as const).find((one) =>
          statuses.includes(one),
        );
        expect(decisive(attempts)).toBe(attempts.find(({ status }) => status === expected));
      }),
    );
  });
});
