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
  /** Where SQL comes from. */
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Where results go. */
  readonly output: Writable;
  readonly session: SqlSession;
  /** Name in the prompt. */
  readonly database: string;
  /** True where somebody types; otherwise the input is a script. @default - whether the input is a terminal */
  readonly interactive?: boolean;
}

const MARKS: Readonly<Record<TransactionState, string>> = { none: "", open: "*", failed: "!" };

const CONTINUATION = "-> ";

const HELP = `\
A statement ends with a semicolon. Ctrl-C discards what is typed, or cancels what runs.
\\q or Ctrl-D   leave; an open transaction is rolled back
\\?             this
The prompt has * while a transaction is open, and ! where it has failed and waits for ROLLBACK;
`;

const ONE_TRANSACTION = `\
The first statement begins a transaction. COMMIT; keeps it; ROLLBACK; or leaving undoes it.
It ends by itself, and keeps nothing, when it is idle for three minutes.
`;

/**
 * Runs SQL that is typed, or a script that is piped.
 *
 * @returns the exit code
 * @throws UserError when a script fails; nothing of it is kept
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
  output.write(`\\? helps, \\q leaves.\n${session.autocommit ? "" : ONE_TRANSACTION}`);
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
    // To the end of the line, and what is before it away.
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

/** Tells the statement that runs to fail; it is over when its error is shown. */
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

/** Shows a prompt as long as the input is open. */
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

/** Takes a line that was typed. @returns what is typed of a statement that is not finished */
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

/** What cannot be taken apart goes to the session as it is: it refuses it, and lets a transaction fail for it. */
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
    output.write("The open transaction was rolled back: nothing of it is kept.\n");
  }
}
