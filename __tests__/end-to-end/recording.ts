import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Progress } from "../../tools/shared/terminal/progress";
import type { RecordedRequest } from "../helpers/api-actions";

/** The requests of a rehearsal, by the step that they belong to. */
export class Recording implements Progress {
  /** File that the emulator writes to. */
  public readonly file: string;
  readonly #steps = new Map<string, { readonly from: number; to: number }>();

  /** @param folder - made before the rehearsal starts */
  public constructor(folder: string) {
    this.file = join(folder, "requests.jsonl");
  }

  public started(step: string): void {
    this.#steps.set(step, { from: this.all().length, to: Infinity });
  }

  public detail(): void {
    // What a step is busy with is not looked at.
  }

  public ended(step: string): void {
    const range = this.#steps.get(step);
    if (range) {
      range.to = this.all().length;
    }
  }

  /** Takes part of a rehearsal as a step of its own. */
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

  /** Requests that came after a step had ended. */
  public after(step: string): RecordedRequest[] {
    return this.all().slice(this.#steps.get(step)?.to);
  }
}
