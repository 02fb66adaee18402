import { basename } from "node:path";
import { FOUNDATION_NAME, PROJECT } from "../../../src/config/names";
import { unlockCommand } from "./unlock";
import { hasUnsavedState, unsavedStateHint } from "./unsaved-state";

/** A failure that this project knows the way out of. */
interface Failure {
  /** Words of Terraform, the provider or AWS. */
  readonly words: RegExp;
  /** What to do. @param folder - folder of the stack's `cdk.tf.json` */
  readonly hint: (context: { text: string; folder: string; environment: string; again: string }) => string;
}

const FAILURES: readonly Failure[] = [
  {
    words: /Error acquiring the state lock/,
    hint: ({ text, folder }) => lockHint(text, folder),
  },
  {
    words: /Saved plan is stale/,
    hint: ({ again }) =>
      `The state changed after the plan was made, so the plan is no longer what was reviewed. Nothing was changed. Plan and review again: ${again}`,
  },
  {
    words: /Instance cannot be destroyed/,
    hint: () =>
      'prevent_destroy refuses it. If a resource is tainted, an apply was interrupted while it was made: see "A resource is tainted" in docs/operation.md.',
  },
  {
    words: /already ?exists|AlreadyOwnedByYou|EntityAlreadyExists|ResourceConflictException|ResourceExistsException/i,
    hint: ({ environment }) =>
      `Something stands that the state does not know, perhaps from an apply that was killed. List it with the commands that adopt it: npm run survivors -- ${environment}`,
  },
  {
    words: /Unable to (?:locate|assume)|No valid credential sources|ExpiredToken|InvalidClientTokenId/,
    hint: () => "AWS does not accept the credentials. Renew them, for example AWS_PROFILE and aws sso login.",
  },
  {
    words:
      /StatusCode: (?:429|5\d\d)|Throttling|TooManyRequests|RequestLimitExceeded|SlowDown|Internal(?:Error|Failure)/,
    hint: ({ again }) => `AWS is disturbed: it failed, or had too many requests. ${goOn(again)}`,
  },
  {
    words: /timeout while waiting for/,
    hint: ({ again }) => `AWS took longer than the provider waits. ${goOn(again)}`,
  },
  {
    words: /connection refused|no such host|i\/o timeout|deadline exceeded|connection reset|\bEOF\b/i,
    hint: ({ again }) => `AWS could not be reached. ${goOn(again)}`,
  },
  {
    words: /Error releasing the state lock/,
    hint: ({ again }) => `The lock stays. The next run names it, with the command that releases it: ${again}`,
  },
];

function goOn(again: string): string {
  return `Once AWS is well, go on with ${again} (docs/operation.md, "AWS does not answer").`;
}

/**
 * What to do about errors of Terraform: a sentence each, none where nothing is known.
 *
 * @param errors - Terraform's messages
 * @param folder - folder of the stack's `cdk.tf.json`
 */
export function hintsFor(errors: readonly string[], folder: string): string[] {
  const text = errors.join("\n");
  const environment = basename(folder).slice(PROJECT.length + 1);
  const again = environment === FOUNDATION_NAME ? "npm run bootstrap" : `npm run plan -- ${environment}`;
  const hints = FAILURES.filter(({ words }) => words.test(text)).map(({ hint }) =>
    hint({ text, folder, environment, again }),
  );
  return hasUnsavedState(folder) ? [unsavedStateHint(folder)] : hints;
}

/** Who holds a lock, since when, and how it is released: never by itself. */
function lockHint(text: string, folder: string): string {
  const field = (name: string): string =>
    new RegExp(`^\\s*${name}:\\s+(\\S.*)`, "m").exec(text)?.[1]?.trim() ?? "unknown";
  const id = field("ID");
  return [
    `${field("Who")} holds the lock since ${field("Created")} (${field("Operation").replace("OperationType", "").toLowerCase()}). Nothing was changed.`,
    `If whoever holds the lock is gone, and only then, release it: ${unlockCommand(folder, id === "unknown" ? undefined : id)}`,
  ].join(" ");
}
