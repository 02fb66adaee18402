/** Counts statuses that were answered, and lets wait for them. */
export class Tally {
  readonly #counts = new Map<number, number>();
  readonly #waiting = new Set<{ readonly met: () => boolean; readonly resume: () => void }>();

  public add(status: number): void {
    this.#counts.set(status, this.count(status) + 1);
    for (const one of this.#waiting) {
      if (one.met()) {
        this.#waiting.delete(one);
        one.resume();
      }
    }
  }

  public count(status: number): number {
    return this.#counts.get(status) ?? 0;
  }

  /** Statuses that were answered, in their order. */
  public statuses(): number[] {
    return [...this.#counts.keys()].sort((a, b) => a - b);
  }

  /** Waits until a status was answered so often. */
  public async reach(status: number, count: number): Promise<void> {
    const met = (): boolean => this.count(status) >= count;
    if (!met()) {
      await new Promise<void>((resume) => this.#waiting.add({ met, resume }));
    }
  }

  /** Waits until a status was answered so often from now on. */
  public more(status: number, count: number): Promise<void> {
    return this.reach(status, this.count(status) + count);
  }
}
