/** What a problem is beside its status. */
export interface ProblemOptions {
  /** Headers of the answer, such as `Retry-After`. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the log has to say of it and the caller not. @default - nothing */
  readonly cause?: unknown;
}

/**
 * An answer that says what is wrong, as problem details. Its texts hold nothing secret and nothing personal.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export class Problem extends Error {
  public override readonly name = "Problem";
  /** Headers of the answer. */
  public readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status - HTTP status
   * @param title - what kind of problem it is: the same words each time
   * @param detail - what is wrong this time, and what to do
   */
  public constructor(
    public readonly status: 400 | 401 | 404 | 405 | 409 | 413 | 415 | 422 | 500 | 502 | 503,
    public readonly title: string,
    public readonly detail: string,
    { headers = {}, cause }: ProblemOptions = {},
  ) {
    super(`${title}: ${detail}`, { cause });
    this.headers = headers;
  }

  /** The answer. */
  public response(): Response {
    const { status, title, detail, headers } = this;
    return new Response(JSON.stringify({ title, status, detail }), {
      status,
      headers: { ...headers, "Content-Type": "application/problem+json" },
    });
  }
}

/**
 * Something passes by itself: the same request, with the same idempotency key, works a little later.
 *
 * @param seconds - to wait before it
 */
export function tryAgain(seconds: number, detail: string, cause?: unknown): Problem {
  return new Problem(
    503,
    "Service Unavailable",
    `${detail} Send the same request again in ${String(seconds)} seconds.`,
    {
      headers: { "Retry-After": String(seconds) },
      cause,
    },
  );
}
