/**
 * Waits for work, but not longer than a while. The work is not ended by it.
 *
 * @param late - what is thrown when the time is over
 * @param failedLate - told when the work fails after that. Default: nobody is
 */
export async function withDeadline<T>(
  work: Promise<T>,
  milliseconds: number,
  late: () => Error,
  failedLate: (error: unknown) => void = () => undefined,
): Promise<T> {
  const timer: { handle?: NodeJS.Timeout } = {};
  const over = new Promise<never>((_, reject) => {
    timer.handle = setTimeout(() => {
      reject(late());
      work.catch(failedLate);
    }, milliseconds);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer.handle);
  }
}
