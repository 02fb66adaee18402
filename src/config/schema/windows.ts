const DAY_MINUTES = 24 * 60;
const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** A span of time in minutes, its start counted from the beginning of a day. */
export interface Span {
  /** Minutes after midnight, UTC. */
  readonly start: number;
  /** Minutes. */
  readonly length: number;
}

/**
 * Reads a daily window, `hh:mm-hh:mm` in UTC.
 *
 * @returns undefined when it is malformed or shorter than RDS's 30 minutes
 */
export function backupSpan(window: string): Span | undefined {
  const [start, end, ...rest] = window.split("-").map(clockMinutes);
  if (start === undefined || end === undefined || rest.length > 0) {
    return undefined;
  }
  const length = (end - start + DAY_MINUTES) % DAY_MINUTES;
  return length >= 30 ? { start, length } : undefined;
}

/**
 * Reads a weekly window, `ddd:hh:mm-ddd:hh:mm` in UTC.
 *
 * @returns undefined when it is malformed, shorter than 30 minutes or longer than a day
 */
export function maintenanceSpan(window: string): Span | undefined {
  const match = /^([a-z]{3}):(\d\d:\d\d)-([a-z]{3}):(\d\d:\d\d)$/.exec(window);
  const [startDay, endDay] = [WEEKDAYS.indexOf(match?.[1] ?? ""), WEEKDAYS.indexOf(match?.[3] ?? "")];
  const [start, end] = [clockMinutes(match?.[2] ?? ""), clockMinutes(match?.[4] ?? "")];
  if (startDay < 0 || endDay < 0 || start === undefined || end === undefined) {
    return undefined;
  }
  const week = 7 * DAY_MINUTES;
  const length = ((endDay - startDay) * DAY_MINUTES + end - start + week) % week;
  return length >= 30 && length <= DAY_MINUTES ? { start, length } : undefined;
}

/** Whether a span that recurs every day overlaps another one at some time of day. */
export function overlapDaily(a: Span, b: Span): boolean {
  const after = (from: Span, to: Span): number => (to.start - from.start + DAY_MINUTES) % DAY_MINUTES;
  return after(a, b) < a.length || after(b, a) < b.length;
}

function clockMinutes(clock: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(clock);
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined;
}
