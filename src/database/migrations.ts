import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../config/user-error";
import { bareSql } from "./bare-sql";

/** Folder of the migrations: beside this file, and beside the bundle in the package. */
export const MIGRATIONS_FOLDER = join(__dirname, "migrations");

/** `YYYYMMDDhhmm` and what it does, as the handover's first revision is named. */
const NAME = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d_[a-z0-9]+(_[a-z0-9]+)*$/;

const UP = /^-- Up Migration$/im;
const DOWN = /^-- Down Migration$/im;
/** Statements that would end the transaction that all is in. */
const TRANSACTION_CONTROL = /(?:^|;)\s*(BEGIN|START\s+TRANSACTION|COMMIT|ROLLBACK|ABORT)\b(?!\s+TO\b)/i;
const NO_TRANSACTION = /^-- No Transaction$/im;

/** One migration, as its file has it. */
export interface MigrationFile {
  /** Name of the file without `.sql`: what the database remembers. */
  readonly name: string;
  /** SHA-256 of the file, in hexadecimal digits. Line ends count as one character, however git writes them. */
  readonly checksum: string;
  /** Statements that make the change. */
  readonly up: string;
  /** Statements that take it back; undefined where there is no way back. */
  readonly down: string | undefined;
  /** Line of the file that {@link up} begins in. */
  readonly upLine: number;
  /** Line of the file that {@link down} begins in. */
  readonly downLine: number;
  /** False for `-- No Transaction`: one statement, such as CREATE INDEX CONCURRENTLY, that a transaction cannot hold. */
  readonly inTransaction: boolean;
}

/**
 * Reads migrations.
 *
 * @param paths - paths of `.sql` files
 * @throws UserError that lists what is wrong with each
 */
export function readMigrations(paths: readonly string[]): MigrationFile[] {
  const problems: string[] = [];
  const migrations = paths.map((path) => readMigration(path, (problem) => problems.push(problem)));
  if (problems.length > 0) {
    throw new UserError(`The migrations cannot be run; nothing was changed.\n${problems.join("\n")}`);
  }
  return migrations;
}

function readMigration(path: string, report: (problem: string) => void): MigrationFile {
  const file = basename(path);
  const name = basename(path, ".sql");
  const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  const upAt = UP.exec(text)?.index ?? -1;
  const downAt = DOWN.exec(text)?.index ?? -1;
  if (!file.endsWith(".sql") || !NAME.test(name)) {
    report(`- ${file}: name it YYYYMMDDhhmm_what_it_does.sql, in small letters, digits and underscores.`);
  }
  if (upAt < 0 || (downAt >= 0 && downAt < upAt)) {
    report(`- ${file}: begin it with the line "-- Up Migration"; the way back follows "-- Down Migration".`);
  }
  const control = TRANSACTION_CONTROL.exec(bareSql(text).text)?.[1];
  if (control !== undefined) {
    report(
      `- ${file}: leave out ${control}. The transaction is begun and ended for it, or "-- No Transaction" says there is none.`,
    );
  }
  const inTransaction = !NO_TRANSACTION.test(text);
  const upEnd = downAt < 0 ? text.length : downAt;
  const up = text.slice(upAt, upEnd);
  const down = downAt < 0 ? undefined : text.slice(downAt);
  if (!inTransaction && (statementsIn(up) > 1 || statementsIn(down ?? "") > 1)) {
    report(`- ${file}: without a transaction it takes one statement each way. Put the others into files of their own.`);
  }
  return {
    ...{ name, up, down, inTransaction },
    checksum: createHash("sha256").update(text).digest("hex"),
    upLine: lineAt(text, upAt),
    downLine: lineAt(text, downAt),
  };
}

function statementsIn(sql: string): number {
  return bareSql(sql)
    .text.split(";")
    .filter((statement) => statement.trim() !== "").length;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, Math.max(index, 0)).split("\n").length;
}

/**
 * Line of a migration's file that a position in its statements lies in.
 *
 * @param position - PostgreSQL's position in what it was sent, counted from 1
 */
export function lineOf(migration: MigrationFile, direction: "up" | "down", position: number): number {
  const sql = (direction === "up" ? migration.up : migration.down) ?? "";
  const first = direction === "up" ? migration.upLine : migration.downLine;
  return first + lineAt(sql, position - 1) - 1;
}
