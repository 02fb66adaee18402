/**
 * Waits for work, up to a time limit. The work itself is not cancelled.
 *
 * @param late - creates the error that is thrown when the time is up
 * @param onLateFailure - called when the work fails after that @default - the failure is ignored
 */
export async function withDeadline<T>(
  work: Promise<T>,
  milliseconds: number,
  late: () => Error,
  onLateFailure: (error: unknown) => void = () => undefined,
): Promise<T> {
  const timer: { handle?: NodeJS.Timeout } = {};
  const over = new Promise<never>((_, reject) => {
    timer.handle = setTimeout(() => {
      reject(late());
      work.catch(onLateFailure);
    }, milliseconds);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer.handle);
  }
}
