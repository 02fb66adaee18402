import { UserError } from "../../src/shared/user-error";

/** First word of the line in a commit message that accepts one refusal of the gate. */
export const ALLOW_LINE = "Allow-Change";

/**
 * An address of this project: a resource type and the ids on its path. Nothing that a shell would expand, so
 * that the words may be handed on without quotes.
 */
const ADDRESS = /^[a-z][a-z0-9_]*\.[A-Za-z][A-Za-z0-9_-]*$/;

/** Where addresses come from that are allowed for one plan. */
export interface AllowSources {
  /** The environment that is planned. */
  readonly environment: string;
  /** Every environment that there is. */
  readonly environments: readonly string[];
  /** Messages of the commits whose changes are planned. Lines `Allow-Change: ENVIRONMENT ADDRESS` count. */
  readonly messages: string;
  /** Addresses that the person who started the run typed, with white space between them. */
  readonly typed: string;
}

/**
 * Addresses that may be deleted, replaced or weakened in one environment. Those of other environments are
 * looked at too: a line with a mistake in it allows nothing, and nobody would notice.
 *
 * @returns sorted, each once
 * @throws UserError with every line that is not understood
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
        `"${line}" in a commit message: write ${ALLOW_LINE}: ${environments.join("|")} ADDRESS, one address a line`,
      );
    } else if (of === environment) {
      allowed.add(address);
    }
  }
  for (const address of words(typed)) {
    if (ADDRESS.test(address)) {
      allowed.add(address);
    } else {
      problems.push(`"${address}" is no address: write one such as aws_s3_bucket.ImagesBucket`);
    }
  }
  if (problems.length > 0) {
    throw new UserError(["Nothing was planned:", ...problems.map((problem) => `  - ${problem}`)].join("\n"));
  }
  return [...allowed].sort();
}

/** A squashed commit has the messages of its parts below each other, indented or behind a bullet. */
function linesOf(messages: string): string[] {
  const start = new RegExp(`^[\\s*-]*${ALLOW_LINE}\\s*:`, "i");
  return messages.split("\n").filter((line) => start.test(line));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
