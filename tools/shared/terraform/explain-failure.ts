import { FOUNDATION_NAME } from "../../../src/config/names";
import { unlockCommand } from "../aws/state-lock";
import { hasUnsavedState, unsavedStateHint } from "./unsaved-state";

/** The stack whose Terraform failed. */
export interface FailedStack {
  /** Environment, or `foundation`. */
  readonly environment: string;
  /** Folder of the stack's `cdk.tf.json`. */
  readonly folder: string;
}

/** A failure with a known remedy. */
interface KnownFailure {
  /** Part of a message of Terraform, the provider or AWS. */
  readonly words: RegExp;
  /** What to do. `again` is the command to run next. */
  readonly hint: (context: FailedStack & { readonly text: string; readonly again: string }) => string;
}

const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    words: /Error acquiring the state lock/,
    hint: ({ text, folder }) => lockHint(text, folder),
  },
  {
    words: /Saved plan is stale/,
    hint: ({ again }) =>
      `The state changed after the plan was made, so the plan no longer does what was reviewed. Nothing was changed. Plan and review again: ${again}`,
  },
  {
    words: /Instance cannot be destroyed/,
    hint: () =>
      'prevent_destroy refuses it. If a resource is tainted, an apply was interrupted while it created it: see "A resource is tainted" in docs/operation.md.',
  },
  {
    words: /already ?exists|AlreadyOwnedByYou|EntityAlreadyExists|ResourceConflictException|ResourceExistsException/i,
    hint: ({ environment }) =>
      `AWS has a resource that is not in state, perhaps from an apply that was killed. List such resources, with the commands that import them: npm run orphans -- ${environment}`,
  },
  {
    words: /Unable to (?:locate|assume)|No valid credential sources|ExpiredToken|InvalidClientTokenId/,
    hint: () => "AWS does not accept the credentials. Renew them, for example with AWS_PROFILE and aws sso login.",
  },
  {
    words:
      /StatusCode: (?:429|5\d\d)|Throttling|TooManyRequests|RequestLimitExceeded|SlowDown|Internal(?:Error|Failure)/,
    hint: ({ again }) => `AWS failed, or received too many requests. ${onceAwsWorks(again)}`,
  },
  {
    words: /timeout while waiting for/,
    hint: ({ again }) => `AWS took longer than the provider waits. ${onceAwsWorks(again)}`,
  },
  {
    words: /connection refused|no such host|i\/o timeout|deadline exceeded|connection reset|\bEOF\b/i,
    hint: ({ again }) => `AWS could not be reached. ${onceAwsWorks(again)}`,
  },
  {
    words: /Error releasing the state lock/,
    hint: ({ again }) => `The state is still locked. The next run shows the command that releases the lock: ${again}`,
  },
];

function onceAwsWorks(again: string): string {
  return `Once AWS works again, continue with ${again} (docs/operation.md, "AWS does not answer").`;
}

/**
 * What to do about errors of Terraform: one sentence each, none for unknown errors.
 *
 * @param errors - Terraform's messages
 */
export function hintsFor(errors: readonly string[], { environment, folder }: FailedStack): string[] {
  if (hasUnsavedState(folder)) {
    return [unsavedStateHint(folder)];
  }
  const text = errors.join("\n");
  const again = environment === FOUNDATION_NAME ? "npm run bootstrap" : `npm run plan -- ${environment}`;
  return KNOWN_FAILURES.filter(({ words }) => words.test(text)).map(({ hint }) =>
    hint({ text, folder, environment, again }),
  );
}

/** Who holds a lock, since when, and the command that releases it: a lock never expires. */
function lockHint(text: string, folder: string): string {
  const field = (name: string): string =>
    new RegExp(`^\\s*${name}:\\s+(\\S.*)`, "m").exec(text)?.[1]?.trim() ?? "unknown";
  const id = field("ID");
  return [
    `${field("Who")} holds the lock since ${field("Created")} (${field("Operation").replace("OperationType", "").toLowerCase()}). Nothing was changed.`,
    `Only if that process no longer runs, release the lock: ${unlockCommand(folder, id === "unknown" ? undefined : id)}`,
  ].join(" ");
}
