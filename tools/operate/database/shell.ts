import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { UserError } from "../../../src/shared/user-error";
import { runScript } from "./script";
import type { SqlSession, TransactionState } from "./session";
import { formatResult } from "./shell-output";
import { splitStatements, typedSql } from "./statements";

/** What a shell works with. */
export interface ShellOptions {
  /** Source of the SQL. */
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Receives the results. */
  readonly output: Writable;
  readonly session: SqlSession;
  /** Name in the prompt. */
  readonly database: string;
  /** True if a person types; otherwise the input is a script. @default - whether the input is a terminal */
  readonly interactive?: boolean;
}

const MARKS: Readonly<Record<TransactionState, string>> = { none: "", open: "*", failed: "!" };

const CONTINUATION = "-> ";

const HELP = `\
End a statement with a semicolon. Ctrl-C discards the input, or cancels the running statement.
\\q or Ctrl-D   quit; an open transaction is rolled back
\\?             this help
The prompt has * while a transaction is open, and ! if it has failed and needs ROLLBACK;
`;

const ONE_TRANSACTION = `\
The first statement begins a transaction. COMMIT; saves it; ROLLBACK; or quitting undoes it.
It is rolled back when it is idle for three minutes.
`;

/**
 * Runs SQL that is typed, or a script that is piped.
 *
 * @returns the exit code
 * @throws UserError when a script fails; it is rolled back
 */
export async function runShell(options: ShellOptions): Promise<number> {
  const { input, output, session, interactive = input.isTTY === true } = options;
  if (interactive) {
    await converse(options);
  } else {
    await runScript(session, await text(input), ({ result }) => output.write(formatResult(result)));
  }
  return 0;
}

async function converse({ input, output, session, database }: ShellOptions): Promise<void> {
  output.write(`\\? shows help, \\q quits.\n${session.autocommit ? "" : ONE_TRANSACTION}`);
  const lines = createInterface({ input, output, terminal: input.isTTY === true });
  const typed = { sql: "", busy: false };
  const prompt = prompter(lines, () =>
    typed.sql === "" ? `${database}=${MARKS[session.transaction]}> ` : CONTINUATION,
  );
  lines.on("SIGINT", () => {
    if (typed.busy) {
      void cancel({ output, session });
      return;
    }
    typed.sql = "";
    // Clears the line: to its end, then delete everything before the cursor.
    lines.write(null, { ctrl: true, name: "e" });
    lines.write(null, { ctrl: true, name: "u" });
    output.write("\n");
    prompt();
  });
  prompt();
  for await (const line of lines) {
    typed.busy = true;
    if (typed.sql === "" && line.trim() === "\\q") {
      break;
    }
    typed.sql = await take({ output, session }, typed.sql, line);
    typed.busy = false;
    prompt();
  }
  lines.close();
  await leave({ output, session });
}

/** Cancels the running statement; it is over when its error is shown. */
async function cancel({ output, session }: Talk): Promise<void> {
  if (!session.cancel) {
    output.write("\nThe statement continues: the Data API cannot cancel it.\n");
    return;
  }
  output.write("\nCancelling.\n");
  try {
    await session.cancel();
  } catch (error) {
    output.write(`The statement continues; it could not be cancelled: ${(error as Error).message}\n`);
  }
}

/** Shows a prompt while the input is open. */
function prompter(lines: Interface, words: () => string): () => void {
  const state = { open: true };
  lines.on("close", () => {
    state.open = false;
  });
  return () => {
    if (state.open) {
      lines.setPrompt(words());
      lines.prompt();
    }
  };
}

type Talk = Pick<ShellOptions, "output" | "session">;

/** Handles a typed line. @returns the part of a statement that is not finished */
async function take(talk: Talk, before: string, line: string): Promise<string> {
  if (before === "" && line.trim() === "\\?") {
    talk.output.write(HELP);
    return "";
  }
  const sql = `${before}${line}\n`;
  switch (await typedSql(sql)) {
    case "nothing":
      return "";
    case "unfinished":
      return sql;
    case "finished":
      await run(talk, sql);
      return "";
  }
}

async function run({ output, session }: Talk, sql: string): Promise<void> {
  try {
    for (const statement of await statementsOf(sql)) {
      output.write(formatResult(await session.execute(statement)));
    }
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    output.write(`${error.message}\n`);
  }
}

/** SQL that cannot be parsed goes to the session unchanged: the session refuses it and fails its transaction. */
async function statementsOf(sql: string): Promise<string[]> {
  try {
    return (await splitStatements(sql)).map((statement) => statement.text);
  } catch {
    return [sql];
  }
}

async function leave({ output, session }: Talk): Promise<void> {
  if (session.transaction !== "none") {
    await session.rollback();
    output.write("The open transaction was rolled back.\n");
  }
}
