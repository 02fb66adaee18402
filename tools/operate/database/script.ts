import { UserError } from "../../../src/shared/user-error";
import type { SqlSession, StatementResult } from "./session";
import { splitStatements, type Statement } from "./statements";

/** A statement of a script that was run. */
export interface ScriptStep {
  readonly statement: Statement;
  /** Its place, from 1. */
  readonly number: number;
  /** How many statements the script has. */
  readonly count: number;
  readonly result: StatementResult;
}

/**
 * Runs a script in one transaction: all of it is kept, or nothing.
 *
 * @param onStep - told of each statement; it is not kept yet
 * @returns how many statements the script has
 * @throws UserError when the script cannot be run this way, and nothing was sent; when a statement fails, with its
 *   number, its line and what the database says, and nothing is kept; or when nobody knows whether it is
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
    // What the session has to say of it is less than what is thrown already.
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
          `Statement ${String(number)} of ${String(count)} (line ${String(line)}) failed; nothing of the script is kept.\n${error.message}`,
        )
      : error;
  }
}
