import fc from "fast-check";
import { decisive, STATUSES, withNews, type Attempt } from "../../../src/functions/app/payments/attempts";
import type { AttemptStatus } from "../../../src/database/queries";

const news = fc.record({ id: fc.constantFrom("pay_a", "pay_b", "pay_c"), status: fc.constantFrom(...STATUSES) });

const reported = (events: readonly Attempt[]): Attempt[] =>
  events.reduce<Attempt[]>((all, event) => withNews(all, event) ?? all, []);

/** Attempts without their order. */
const set = (attempts: readonly Attempt[]): Set<string> => new Set(attempts.map(({ id, status }) => `${id} ${status}`));

describe("attempts", () => {
  test("end at the furthest status of each, in whatever order and however often it was reported", () => {
    fc.assert(
      fc.property(fc.array(news), fc.infiniteStream(fc.nat()), (events, random) => {
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: random.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ event }) => event);
        expect(set(reported(shuffled))).toEqual(set(reported(events)));
        for (const { id, status } of events) {
          const known = reported(events).find((attempt) => attempt.id === id);
          expect(STATUSES.indexOf(known?.status ?? "failed")).toBeGreaterThanOrEqual(STATUSES.indexOf(status));
        }
      }),
    );
  });

  test("change nothing when they are reported again", () => {
    fc.assert(
      fc.property(fc.array(news, { minLength: 1 }), (events) => {
        expect(events.map((event) => withNews(reported(events), event))).toEqual(events.map(() => undefined));
      }),
    );
  });

  test.each<[AttemptStatus[], number]>([
    [["failed", "authorized", "refunded", "captured"], 3],
    [["failed", "authorized", "refunded"], 2],
    [["failed", "authorized"], 1],
    [["failed", "failed"], 0],
    [["refunded", "captured", "captured"], 1],
  ])("%j: the one at index %i decides", (statuses, place) => {
    const attempts = statuses.map((status, index) => ({ id: `pay_${String(index)}`, status }));
    expect(decisive(attempts)).toBe(attempts[place]);
  });

  test("decide nothing if there are none", () => {
    expect(decisive([])).toBeUndefined();
  });
});
