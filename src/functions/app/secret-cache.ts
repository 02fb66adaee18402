/** Milliseconds that a value is kept. A rotation is noticed at once if the old value is refused. */
const LIFETIME_MS = 5 * 60_000;

/** Options of {@link SecretCache}. */
export interface SecretCacheOptions {
  /** Reads the text of a secret. */
  readonly read: (arn: string) => Promise<string>;
  /** Called when {@link SecretCache.renewed} could not read the secret and returned the value that it had. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds that a value is kept. @default 300,000 */
  readonly lifetimeMs?: number;
  /** Milliseconds of a monotonic clock. @default - performance.now */
  readonly now?: () => number;
}

interface Kept {
  readonly text: Promise<string>;
  readonly at: number;
}

/** Keeps the texts of secrets for a while. Concurrent callers share one read. */
export class SecretCache {
  readonly #kept = new Map<string, Kept>();
  /** Times at which {@link renewed} last tried to read each secret. */
  readonly #tried = new Map<string, number>();
  readonly #options: Required<SecretCacheOptions>;

  public constructor(options: SecretCacheOptions) {
    this.#options = { lifetimeMs: LIFETIME_MS, now: () => performance.now(), ...options };
  }

  /**
   * Text of a secret.
   *
   * @throws what reading it throws; a failure is not kept
   */
  public text(arn: string): Promise<string> {
    const { lifetimeMs, now, read } = this.#options;
    const kept = this.#kept.get(arn);
    if (kept !== undefined && now() - kept.at < lifetimeMs) {
      return kept.text;
    }
    const text = read(arn);
    const entry = { text, at: now() };
    this.#kept.set(arn, entry);
    text.catch(() => {
      if (this.#kept.get(arn) === entry) {
        this.#kept.delete(arn);
      }
    });
    return text;
  }

  /**
   * Text of a secret after a value of it was refused. It is read again, unless another caller has done that meanwhile.
   *
   * @param refused - the text that was refused
   */
  public async textAfter(arn: string, refused: string): Promise<string> {
    const kept = this.#kept.get(arn);
    // Another caller may have read it again during the await.
    if (kept !== undefined && (await kept.text) === refused && this.#kept.get(arn) === kept) {
      this.#kept.delete(arn);
    }
    return this.text(arn);
  }

  /**
   * Text of a secret that may have been rotated, on the word of anybody: it is read again, but not too often. If that
   * fails, the old text is returned.
   *
   * @param leastMs - least milliseconds between two reads
   */
  public async renewed(arn: string, leastMs: number): Promise<string> {
    const { now, read, onFailure } = this.#options;
    const kept = this.#kept.get(arn);
    if (kept === undefined || now() - Math.max(kept.at, this.#tried.get(arn) ?? 0) < leastMs) {
      return this.text(arn);
    }
    this.#tried.set(arn, now());
    try {
      const text = await read(arn);
      this.#kept.set(arn, { text: Promise.resolve(text), at: now() });
      return text;
    } catch (error) {
      onFailure(error);
      return kept.text;
    }
  }
}
