import { UserError } from "../../../src/shared/user-error";
import type { SqlSession, StatementResult } from "./session";
import { splitStatements, type Statement } from "./statements";

/** A statement of a script, after it ran. */
export interface ScriptStep {
  readonly statement: Statement;
  /** Its position, from 1. */
  readonly number: number;
  /** How many statements the script has. */
  readonly count: number;
  readonly result: StatementResult;
}

/**
 * Runs a script in one transaction.
 *
 * @param onStep - called after each statement, before the commit
 * @returns how many statements the script has
 * @throws UserError when the script cannot be run, before anything is sent; when a statement fails, with its number,
 *   its line and the database's message, after a rollback; or when the outcome of the commit is unknown
 */
export async function runScript(
  session: SqlSession,
  sql: string,
  onStep: (step: ScriptStep) => void = () => undefined,
): Promise<number> {
  const statements = await runnable(session, sql);
  const count = statements.length;
  try {
    await session.begin();
    for (const [index, statement] of statements.entries()) {
      const number = index + 1;
      onStep({ statement, number, count, result: await step(session, statement, { number, count }) });
    }
    await session.commit();
  } catch (error) {
    // The error that is thrown already matters more than a failed rollback.
    await session.rollback().catch(() => undefined);
    throw error;
  }
  return count;
}

async function runnable(session: SqlSession, sql: string): Promise<Statement[]> {
  const statements = await splitStatements(sql).catch((error: unknown) => {
    throw error instanceof UserError ? notRun([error.message]) : error;
  });
  const problems = statements.flatMap(({ text, line, command, control }) => {
    const reason =
      control === undefined
        ? session.refusal(text)
        : `${command} is not allowed: a script is one transaction already. Remove it.`;
    return reason === undefined ? [] : [`Line ${String(line)}: ${reason}`];
  });
  if (statements.length === 0) {
    problems.push("It has no statements.");
  }
  if (problems.length > 0) {
    throw notRun(problems);
  }
  return statements;
}

function notRun(problems: readonly string[]): UserError {
  return new UserError(`The script cannot be run; nothing was done.\n- ${problems.join("\n- ")}`);
}

async function step(
  session: SqlSession,
  { text, line }: Statement,
  { number, count }: { number: number; count: number },
): Promise<StatementResult> {
  try {
    return await session.execute(text);
  } catch (error) {
    throw error instanceof UserError
      ? new UserError(
          `Statement ${String(number)} of ${String(count)} (line ${String(line)}) failed; nothing was committed.\n${error.message}`,
        )
      : error;
  }
}
