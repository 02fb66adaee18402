import { UserError } from "../../shared/user-error";
import { ConnectionFailure, connectionSettings } from "../../database/connection";
import { credentialsIn } from "../../database/credentials";
import type { Database } from "./database";
import { ALLOWED_ORIGIN_VARIABLE, DATABASE_VARIABLES } from "../../shared/variables";
import { reasonOf } from "./error-answer";
import { Problem } from "./problem";
import { razorpayArn } from "./razorpay-secret";
import type { Checks } from "./readiness";
import type { SecretCache } from "./secret-cache";

/** What the checks need. */
export interface AwsChecksOptions {
  /** Environment variables of the function. */
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: SecretCache;
  readonly database: Database;
  /** Reads Razorpay's secret. */
  readonly razorpaySecret: () => Promise<unknown>;
}

const CONNECTION_FAILURES: Readonly<Record<ConnectionFailure["reason"], string>> = {
  "no answer": "the database does not answer",
  "refused credentials": "the database refuses the credentials of its secret",
  other: "the database cannot be connected to",
};

/** The readiness checks on Lambda. */
export function awsChecks({ env, secrets, database, razorpaySecret }: AwsChecksOptions): Checks {
  return {
    configuration: () =>
      describing("a variable of the function is missing or wrong", () => {
        requireConfiguration(env);
      }),
    secrets: () =>
      allOf(
        describing("the database's secret cannot be read, or has no credentials", async () => {
          const arn = env[DATABASE_VARIABLES.secretArn] ?? "";
          credentialsIn(arn, await secrets.text(arn));
        }),
        describing("Razorpay's secret cannot be read, or has no keys", razorpaySecret),
      ),
    database: () => describing(databaseFailure, () => database.session((client) => client.query("SELECT"))),
  };
}

function requireConfiguration(env: NodeJS.ProcessEnv): void {
  connectionSettings(env);
  razorpayArn(env);
  if (env[ALLOWED_ORIGIN_VARIABLE] === undefined) {
    throw new UserError(`${ALLOWED_ORIGIN_VARIABLE} is not set: it is the origin that browsers call from.`);
  }
}

function databaseFailure(error: unknown): string {
  const failure = error instanceof Problem ? error.cause : error;
  if (failure instanceof ConnectionFailure) {
    return CONNECTION_FAILURES[failure.reason];
  }
  return failure instanceof UserError
    ? "the database was not queried: its secret or its variables are wrong"
    : "a query of the database failed";
}

/** Runs a check. If it fails, the caller sees only these words, and the log has the cause. */
async function describing(words: string | ((error: unknown) => string), check: () => unknown): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw new Error(typeof words === "string" ? words : words(error), { cause: error });
  }
}

/** @throws Error with the messages of all failures */
async function allOf(...checks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(checks);
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  if (failures.length > 0) {
    throw new Error(failures.map(({ message }) => message).join("; "), {
      cause: failures.map(({ cause }) => reasonOf(cause)).join("; "),
    });
  }
}
