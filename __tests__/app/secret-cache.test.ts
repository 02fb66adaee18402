import { SecretCache } from "../../src/app/secret-cache";

/** A secret whose value changes with every read, and a clock that is set by hand. */
function prepared(): { cache: SecretCache; reads: () => number; clock: { ms: number }; fail: { next: boolean } } {
  const clock = { ms: 0 };
  const fail = { next: false };
  const state = { reads: 0 };
  const cache = new SecretCache({
    now: () => clock.ms,
    lifetimeMs: 1000,
    read: (arn) => {
      state.reads += 1;
      if (fail.next) {
        fail.next = false;
        return Promise.reject(new Error("denied"));
      }
      return Promise.resolve(`${arn} ${String(state.reads)}`);
    },
  });
  return { cache, clock, fail, reads: () => state.reads };
}

test("a secret is read once for all who ask at the same time, and kept for its lifetime", async () => {
  const { cache, clock, reads } = prepared();
  expect(await Promise.all([cache.text("a"), cache.text("a"), cache.text("b")])).toEqual(["a 1", "a 1", "b 2"]);
  clock.ms = 999;
  expect(await cache.text("a")).toBe("a 1");
  clock.ms = 1000;
  expect(await cache.text("a")).toBe("a 3");
  expect(reads()).toBe(3);
});

test("a value that was refused is read anew, once for all whom it was refused to", async () => {
  const { cache, reads } = prepared();
  const old = await cache.text("a");
  expect(await Promise.all([cache.textAfter("a", old), cache.textAfter("a", old)])).toEqual(["a 2", "a 2"]);
  expect(await cache.textAfter("a", old)).toBe("a 2");
  expect(reads()).toBe(2);
});

test("a failure is told and not kept", async () => {
  const { cache, fail } = prepared();
  fail.next = true;
  await expect(cache.text("a")).rejects.toThrow("denied");
  expect(await cache.text("a")).toBe("a 2");
});
