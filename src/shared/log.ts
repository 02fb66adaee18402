import type { Level } from "./log-words";

/** What a log line has besides its level and message. No personal data, no secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & {
  readonly level?: never;
  readonly message?: never;
};

/**
 * Writes one line of JSON to standard output, which Lambda hands to the function's log group.
 *
 * @param level - one of `LEVELS` in log-words.ts
 * @param message - what happened, in a few words
 * @param fields - what it happened to
 */
export function log(level: Level, message: string, fields: LogFields = {}): void {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}
