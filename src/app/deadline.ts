/**
 * Waits for work, but not longer than a while. The work is not ended by it.
 *
 * @param late - what is thrown when the time is over
 */
export async function withDeadline<T>(work: Promise<T>, milliseconds: number, late: () => Error): Promise<T> {
  const timer: { handle?: NodeJS.Timeout } = {};
  const over = new Promise<never>((_, reject) => {
    timer.handle = setTimeout(() => {
      reject(late());
    }, milliseconds);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer.handle);
  }
}
