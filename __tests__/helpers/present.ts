/**
 * What a suite has prepared.
 *
 * @throws Error before the first test, when it is not there yet
 */
export function present<T>(prepared: T | undefined): T {
  if (prepared === undefined) {
    throw new Error("It is there from the first test on, not earlier");
  }
  return prepared;
}
