import { SecretCache } from "../../../src/functions/app/secret-cache";

/** A secret whose value changes with every read, and a clock that is set by hand. */
function prepared(): {
  cache: SecretCache;
  reads: () => number;
  clock: { ms: number };
  fail: { next: boolean };
  failures: unknown[];
} {
  const clock = { ms: 0 };
  const fail = { next: false };
  const state = { reads: 0 };
  const failures: unknown[] = [];
  const cache = new SecretCache({
    now: () => clock.ms,
    lifetimeMs: 1000,
    onFailure: (error) => failures.push(error),
    read: (arn) => {
      state.reads += 1;
      if (fail.next) {
        fail.next = false;
        return Promise.reject(new Error("denied"));
      }
      return Promise.resolve(`${arn} ${String(state.reads)}`);
    },
  });
  return { cache, clock, fail, failures, reads: () => state.reads };
}

test("concurrent callers share one read, and the value is kept for its lifetime", async () => {
  const { cache, clock, reads } = prepared();
  expect(await Promise.all([cache.text("a"), cache.text("a"), cache.text("b")])).toEqual(["a 1", "a 1", "b 2"]);
  clock.ms = 999;
  expect(await cache.text("a")).toBe("a 1");
  clock.ms = 1000;
  expect(await cache.text("a")).toBe("a 3");
  expect(reads()).toBe(3);
});

test("a refused value is read again, once for all callers to whom it was refused", async () => {
  const { cache, reads } = prepared();
  const old = await cache.text("a");
  expect(await Promise.all([cache.textAfter("a", old), cache.textAfter("a", old)])).toEqual(["a 2", "a 2"]);
  expect(await cache.textAfter("a", old)).toBe("a 2");
  expect(reads()).toBe(2);
});

test("a value that may have been rotated is read again, but not too often", async () => {
  const { cache, clock, reads } = prepared();
  expect(await cache.renewed("a", 100)).toBe("a 1");
  clock.ms = 99;
  expect(await cache.renewed("a", 100)).toBe("a 1");
  clock.ms = 100;
  expect(await Promise.all([cache.renewed("a", 100), cache.renewed("a", 100)])).toEqual(["a 2", "a 1"]);
  clock.ms = 199;
  expect(await cache.renewed("a", 100)).toBe("a 2");
  expect(await cache.text("a")).toBe("a 2");
  expect(reads()).toBe(2);
});

test("a value that cannot be read again is kept and the failure reported; the next read waits too", async () => {
  const { cache, clock, fail, failures, reads } = prepared();
  await cache.text("a");
  clock.ms = 100;
  fail.next = true;
  expect(await cache.renewed("a", 100)).toBe("a 1");
  clock.ms = 199;
  expect(await cache.renewed("a", 100)).toBe("a 1");
  expect(await cache.text("a")).toBe("a 1");
  expect(reads()).toBe(2);
  clock.ms = 200;
  expect(await cache.renewed("a", 100)).toBe("a 3");
  expect(failures).toEqual([new Error("denied")]);
});

test("a failure is thrown and not kept", async () => {
  const { cache, fail } = prepared();
  fail.next = true;
  await expect(cache.text("a")).rejects.toThrow("denied");
  expect(await cache.text("a")).toBe("a 2");
});
