import { EventEmitter, once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../../tools/shared/terminal/progress";
import type { RecordedRequest } from "../helpers/api-actions";

/** The steps of a rehearsal, and the requests of each. */
export class Recording implements Progress {
  /** File that the emulator writes to. */
  public readonly file: string;
  readonly #steps = new Map<string, { readonly from: number; to: number }>();
  readonly #endings = new EventEmitter();

  /** @param folder - exists when the rehearsal starts */
  public constructor(folder: string) {
    this.file = join(folder, "requests.jsonl");
  }

  public started(step: string): void {
    this.#steps.set(step, { from: this.all().length, to: Infinity });
  }

  public detail(): void {
    // Details of a step are not recorded.
  }

  public ended(step: string): void {
    const range = this.#steps.get(step);
    if (range) {
      range.to = this.all().length;
    }
    this.#endings.emit(step);
  }

  /** Waits until a step has ended. */
  public async end(step: string): Promise<void> {
    if ((this.#steps.get(step)?.to ?? Infinity) === Infinity) {
      await once(this.#endings, step);
    }
  }

  /** Records work as a step of its own. */
  public async during(step: string, work: () => Promise<unknown>): Promise<void> {
    this.started(step);
    await work();
    this.ended(step);
  }

  /** Every request so far. */
  public all(): RecordedRequest[] {
    const lines = existsSync(this.file) ? readFileSync(this.file, "utf8").split("\n").filter(Boolean) : [];
    return lines.map((line) => JSON.parse(line) as RecordedRequest);
  }

  /** Requests of some steps. */
  public of(...steps: readonly string[]): RecordedRequest[] {
    const all = this.all();
    return steps.flatMap((step) => {
      const { from, to } = this.#steps.get(step) ?? { from: 0, to: 0 };
      return all.slice(from, to);
    });
  }

  /** Requests after the end of a step; all of them where there was no such step. */
  public after(step: string): RecordedRequest[] {
    return this.all().slice(this.#steps.get(step)?.to);
  }
}
