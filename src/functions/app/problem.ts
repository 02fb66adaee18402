/** Optional parts of a problem. */
export interface ProblemOptions {
  /** Headers of the answer, such as `Retry-After`. @default - none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Logged, and never sent to the caller. @default - nothing */
  readonly cause?: unknown;
}

/** Body of a problem's answer. @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface ProblemBody {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/**
 * An error answer, as problem details. Those of the API are in problems.ts.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export class Problem extends Error {
  public override readonly name = "Problem";
  /** Headers of the answer. */
  public readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status - HTTP status
   * @param title - kind of problem, always in the same words
   * @param detail - what is wrong with this request, and what to do
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

  /** Body of the answer. */
  public body(): ProblemBody {
    const { status, title, detail } = this;
    return { title, status, detail };
  }

  /** The answer. */
  public response(): Response {
    return new Response(JSON.stringify(this.body()), {
      status: this.status,
      headers: { ...this.headers, "Content-Type": "application/problem+json" },
    });
  }
}
