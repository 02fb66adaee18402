/** Milliseconds that a value is taken as it is. A rotation is noticed at once, where the old value is refused. */
const LIFETIME_MS = 5 * 60_000;

/** What a {@link SecretCache} is made with. */
export interface SecretCacheOptions {
  /** Reads the text of a secret. */
  readonly read: (arn: string) => Promise<string>;
  /** Told why a value was not read anew by {@link SecretCache.renewed}, where the one that is kept was taken. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds that a value is kept. @default 300,000 */
  readonly lifetimeMs?: number;
  /** Milliseconds of a clock that never goes back. @default - this machine's */
  readonly now?: () => number;
}

interface Kept {
  readonly text: Promise<string>;
  readonly at: number;
}

/** Keeps the texts of secrets for a while, and reads one once for all who ask at the same time. */
export class SecretCache {
  readonly #kept = new Map<string, Kept>();
  /** When secrets were last read by {@link renewed}, or were tried to be. */
  readonly #tried = new Map<string, number>();
  readonly #options: Required<SecretCacheOptions>;

  public constructor(options: SecretCacheOptions) {
    this.#options = { lifetimeMs: LIFETIME_MS, now: () => performance.now(), ...options };
  }

  /**
   * Text of a secret.
   *
   * @throws whatever reading it throws; a failure is not kept
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
   * Text of a secret, after somebody refused a value of it: read anew, unless that has happened meanwhile.
   *
   * @param refused - the text that was refused
   */
  public async textAfter(arn: string, refused: string): Promise<string> {
    const kept = this.#kept.get(arn);
    // Who else it was refused to may have had it read anew while this one waited.
    if (kept !== undefined && (await kept.text) === refused && this.#kept.get(arn) === kept) {
      this.#kept.delete(arn);
    }
    return this.text(arn);
  }

  /**
   * Text of a secret that anybody may claim to be another by now: read anew, but not again and again. Where that fails, it
   * is the one that is kept.
   *
   * @param leastMs - least milliseconds between two attempts to read it anew
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
