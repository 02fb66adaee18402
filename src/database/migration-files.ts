import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../shared/user-error";
import { bareSql } from "./bare-sql";

/** Folder of the migrations: beside this file, and beside the bundle in the package. */
export const MIGRATIONS_FOLDER = join(__dirname, "migrations");

/** `YYYYMMDDhhmm` and what it does, as the handover's first revision is named. */
const NAME = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d_[a-z0-9]+(_[a-z0-9]+)*$/;

const UP = "-- Up Migration";
const DOWN = "-- Down Migration";
const NO_TRANSACTION = "-- No Transaction";

/** A comment that begins with words, and has up to three more. */
const shortComment = (words: string): string => `[^a-z]*(?:${words})(?:[^a-z]+[a-z]+){0,3}[^a-z]*$`;

const likeWay = (way: string): RegExp =>
  new RegExp(
    `(?:--|/\\*)(?:${shortComment(`${way}(?:grade)?|migr[a-z]*[^a-z]+${way}`)}|[^a-z]*${way}[^a-z]*migration)`,
    "i",
  );

/** Comments that are markers, or meant as such: one that is overlooked puts the down part into the up part. */
const MARKERS: readonly { readonly marker: string; readonly like: RegExp }[] = [
  { marker: UP, like: likeWay("up") },
  { marker: DOWN, like: likeWay("down") },
  { marker: NO_TRANSACTION, like: new RegExp(`(?:--|/\\*)${shortComment("(?:no|without)[^a-z]*tr[a-z]*ns?")}`, "i") },
];

/** Statements that begin or end a transaction; ROLLBACK TO goes back to a savepoint. */
const TRANSACTION_CONTROL =
  /(?:^|;)\s*((?:BEGIN|(?:START|PREPARE)\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT)\b)(?!(?:\s+(?:WORK|TRANSACTION))?\s+TO\b)/gi;

/** Body of a function that is not quoted. Each of its statements ends with a semicolon, and only its own END follows one. */
const ATOMIC_BODY = /\bBEGIN\s+ATOMIC\b(?:[^]*?;)??\s*END\b/gi;

/** The way forth, or back. */
export type Direction = "up" | "down";

/** One migration, as its file has it. */
export interface MigrationFile {
  /** Name of the file without `.sql`: what the database remembers. */
  readonly name: string;
  /** SHA-256 of the file, in hexadecimal digits. Line ends count as one character, however git writes them; a byte order mark as none. */
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
 * Reads every migration of a folder, in the order of their names.
 *
 * @param folder - of the migrations @default - this project's
 * @throws as {@link readMigrations}
 */
export function migrationsIn(folder: string = MIGRATIONS_FOLDER): MigrationFile[] {
  const files = readdirSync(folder).filter((file) => !file.startsWith("."));
  return readMigrations(files.sort().map((file) => join(folder, file)));
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

function readMigration(path: string, reportLine: (problem: string) => void): MigrationFile {
  const file = basename(path);
  const name = basename(path, ".sql");
  const report = (problem: string): void => {
    reportLine(`- ${file}: ${problem}`);
  };
  const text = readFileSync(path, "utf8")
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n");
  if (!file.endsWith(".sql") || !NAME.test(name)) {
    report("name it YYYYMMDDhhmm_what_it_does.sql, in small letters, digits and underscores.");
  }
  const markers = markersIn(text, report);
  const { [UP]: upAt = -1, [DOWN]: downAt = text.length } = markers;
  if (upAt < 0 || downAt < upAt || topLevel(text.slice(0, upAt)).trim() !== "") {
    report(`begin it with the line "${UP}"; the way back follows "${DOWN}".`);
  }
  const up = text.slice(Math.max(upAt, 0), downAt);
  const down = DOWN in markers ? text.slice(downAt) : undefined;
  const [upLine, downLine] = [lineAt(text, upAt), lineAt(text, downAt)];
  const controls = [...controlsIn(up, upLine), ...controlsIn(down ?? "", downLine)];
  if (controls.length > 0) {
    report(
      `leave out ${controls.join(", ")}. ` +
        `The transaction is begun and ended for it, or "${NO_TRANSACTION}" says there is none.`,
    );
  }
  const inTransaction = !(NO_TRANSACTION in markers);
  if (!inTransaction && (statementsIn(up) > 1 || statementsIn(down ?? "") > 1)) {
    report("without a transaction it takes one statement each way. Put the others into files of their own.");
  }
  const checksum = createHash("sha256").update(text).digest("hex");
  return { name, checksum, up, down, upLine, downLine, inTransaction };
}

/** Where the first of each marker begins. */
function markersIn(text: string, report: (problem: string) => void): Partial<Record<string, number>> {
  const found: Partial<Record<string, number>> = {};
  let next = 0;
  for (const line of text.split("\n")) {
    const at = next;
    next += line.length + 1;
    const { marker, like } = MARKERS.find((one) => one.like.test(line)) ?? {};
    if (marker === undefined) {
      continue;
    }
    const where = `line ${String(lineAt(text, at))}`;
    if (bareSql(text.slice(0, at + line.search(like ?? ""))).open) {
      if (line.trim() === marker) {
        report(`${where} has "${marker}" inside something quoted: write it in other words there.`);
      }
      continue;
    }
    if (line !== marker) {
      report(`${where} is like "${marker}", but not exactly that: write it so, alone on its line, or in other words.`);
    } else if (marker in found) {
      report(`${where} has "${marker}" a second time: keep one.`);
    }
    found[marker] ??= at;
  }
  return found;
}

/** What would begin or end the transaction, each with its line. */
function controlsIn(sql: string, firstLine: number): string[] {
  return [...topLevel(sql).matchAll(TRANSACTION_CONTROL)].map(({ 0: { length }, 1: words = "", index }) => {
    const line = firstLine + lineAt(sql, index + length - words.length) - 1;
    return `${words.replaceAll(/\s+/g, " ").toUpperCase()} (line ${String(line)})`;
  });
}

function statementsIn(sql: string): number {
  return topLevel(sql)
    .split(";")
    .filter((statement) => statement.trim() !== "").length;
}

/** Blanks out what is quoted, and the bodies of functions. */
function topLevel(sql: string): string {
  return bareSql(sql).text.replaceAll(ATOMIC_BODY, (body) => " ".repeat(body.length));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, Math.max(index, 0)).split("\n").length;
}

/**
 * Line of a migration's file that a position in its statements lies in.
 *
 * @param position - PostgreSQL's position in what it was sent, counted from 1
 */
export function lineOf(migration: MigrationFile, direction: Direction, position: number): number {
  const sql = (direction === "up" ? migration.up : migration.down) ?? "";
  const first = direction === "up" ? migration.upLine : migration.downLine;
  return first + lineAt(sql, position - 1) - 1;
}
