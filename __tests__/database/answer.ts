import { setTimeout as pause } from "node:timers/promises";
import type { Created } from "./payment-requests";

/** An answer of the app, as a caller reads it. */
export interface Answer {
  readonly status: number;
  /** A payment, what became of a webhook, or problem details. */
  readonly body: Partial<Created> & { readonly status?: unknown; readonly title?: string; readonly detail?: string };
  /** Seconds of Retry-After; undefined if there is none. */
  readonly retryAfter: number | undefined;
}

/** Reads an answer. */
export async function readAnswer(response: Response): Promise<Answer> {
  const retryAfter = response.headers.get("Retry-After");
  return {
    status: response.status,
    body: (await response.json()) as Answer["body"],
    retryAfter: retryAfter === null ? undefined : Number(retryAfter),
  };
}

/**
 * Retries as long as the answer has Retry-After, as the API's document asks of callers.
 *
 * @param haste - how many times sooner than requested the caller retries
 */
export async function insist(ask: () => Promise<Answer>, haste = 1): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.retryAfter === undefined) {
      return answer;
    }
    await pause((answer.retryAfter * 1000) / haste);
  }
}
