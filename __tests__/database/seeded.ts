/** Numbers from 0 to less than 1, the same ones for a seed. @see https://en.wikipedia.org/wiki/Linear_congruential_generator */
function numbers(seed: number): () => number {
  const state = { value: seed >>> 0 };
  return () => {
    state.value = (Math.imul(state.value, 1_664_525) + 1_013_904_223) >>> 0;
    return state.value / 2 ** 32;
  };
}

/** The items in an order that a seed decides. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = numbers(seed);
  return items
    .map((item) => ({ item, place: next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
