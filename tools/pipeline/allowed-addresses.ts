import { UserError } from "../../src/shared/user-error";

/** First word of a line in a commit message that allows what the gate refuses. */
const ALLOW_LINE = "Allow-Change";

/**
 * An address of this project: a resource type and the ids on its path. It has no characters that a shell expands, so it
 * needs no quotes.
 */
const ADDRESS = /^[a-z][a-z0-9_]*\.[A-Za-z][A-Za-z0-9_-]*$/;

/** Where the allowed addresses of one plan come from. */
export interface AllowSources {
  /** The environment to plan. */
  readonly environment: string;
  /** All environments. */
  readonly environments: readonly string[];
  /** Messages of the planned commits. Lines `Allow-Change: ENVIRONMENT ADDRESS` count. */
  readonly messages: string;
  /** Addresses that the person who started the run typed, separated by white space. */
  readonly typed: string;
}

/**
 * Addresses that may be deleted, replaced or weakened in one environment. Lines for other environments are checked too,
 * because a mistake in them would go unnoticed.
 *
 * @returns sorted, without duplicates
 * @throws UserError with every line that cannot be read
 */
export function allowedAddresses({ environment, environments, messages, typed }: AllowSources): string[] {
  const problems: string[] = [];
  const allowed = new Set<string>();
  if (!environments.includes(environment)) {
    problems.push(`there is no environment "${environment}"; there are ${environments.join(" and ")}`);
  }
  for (const line of linesOf(messages)) {
    const [of = "", address = "", ...rest] = words(line.slice(line.indexOf(":") + 1));
    if (!environments.includes(of) || !ADDRESS.test(address) || rest.length > 0) {
      problems.push(
        `"${line}" in a commit message: write ${ALLOW_LINE}: ${environments.join("|")} ADDRESS, one address per line`,
      );
    } else if (of === environment) {
      allowed.add(address);
    }
  }
  for (const address of words(typed)) {
    if (ADDRESS.test(address)) {
      allowed.add(address);
    } else {
      problems.push(`"${address}" is not an address: write one such as aws_s3_bucket.ImagesBucket`);
    }
  }
  if (problems.length > 0) {
    throw new UserError(["Nothing was planned:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));
  }
  return [...allowed].sort();
}

/** A squashed commit lists the messages of its parts, indented or with a bullet. */
function linesOf(messages: string): string[] {
  const start = new RegExp(`^[\\s*-]*${ALLOW_LINE}\\s*:`, "i");
  return messages.split("\n").filter((line) => start.test(line));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
