import type { ProgressEvent } from "../terraform/terraform";

/** Shows the progress of a rehearsal or an apply. */
export interface Progress {
  started(step: string): void;
  /** Shows what a step is doing. Called often. */
  detail(text: string): void;
  ended(step: string, seconds: number): void;
}

/** Time between two details if lines cannot be overwritten. */
const DETAIL_INTERVAL_MS = 15_000;

const STEP_WIDTH = 14;

/** Shows progress on a stream: at a terminal in one line that changes, elsewhere in a new line every few seconds. */
export function streamProgress(stream: NodeJS.WriteStream): Progress {
  let current = "";
  let lastDetail = 0;
  const overwrite = (text: string): void => {
    stream.clearLine(0);
    stream.cursorTo(0);
    stream.write(text);
  };
  const line = (step: string, text: string): string => `  ${step.padEnd(STEP_WIDTH)}${text}`;
  return {
    started: (step) => {
      current = step;
      lastDetail = performance.now();
      if (stream.isTTY) {
        overwrite(line(step, "…"));
      }
    },
    detail: (text) => {
      if (stream.isTTY) {
        overwrite(line(current, text).slice(0, stream.columns));
      } else if (performance.now() - lastDetail > DETAIL_INTERVAL_MS) {
        lastDetail = performance.now();
        stream.write(`${line(current, text)}\n`);
      }
    },
    ended: (step, seconds) => {
      const text = line(step, `${seconds.toFixed(1)} s`);
      if (stream.isTTY) {
        overwrite(`${text}\n`);
      } else {
        stream.write(`${text}\n`);
      }
    },
  };
}

/** Sums up Terraform's events in one line: how many resources are done, and which one is slowest. */
export class ProgressText {
  readonly #busy = new Map<string, number>();
  #done = 0;

  /**
   * @param show - shows the line
   * @param total - how many resources change @default - the line has no total
   * @param usual - how long a resource usually takes, in words @default - not in the line
   */
  public constructor(
    private readonly show: (text: string) => void,
    private readonly total?: number,
    private readonly usual: (address: string) => string | undefined = () => undefined,
  ) {}

  /** Handles an event. A property, so that it can be passed as a function. */
  public readonly listener = ({ type, hook }: ProgressEvent): void => {
    const address = hook?.resource?.addr;
    if (address === undefined) {
      return;
    }
    if (type === "apply_start" || type === "apply_progress") {
      this.#busy.set(address, hook?.elapsed_seconds ?? 0);
    } else if (type === "apply_complete" || type === "apply_errored") {
      this.#busy.delete(address);
      this.#done += type === "apply_complete" ? 1 : 0;
    } else {
      return;
    }
    this.show(this.#text());
  };

  #text(): string {
    const total = this.total === undefined ? "" : ` of ${String(this.total)}`;
    const slowest = [...this.#busy].sort(([, a], [, b]) => b - a)[0];
    const waiting = slowest ? `, waiting for ${this.#waiting(...slowest)}` : "";
    return `${String(this.#done)}${total} done${waiting}`;
  }

  #waiting(address: string, seconds: number): string {
    const usual = this.usual(address);
    return `${address} (${String(seconds)} s${usual === undefined ? "" : `, ${usual}`})`;
  }
}
