import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../shared/user-error";

/** Folder of the migrations: next to this file, and next to the bundle in the package. */
export const MIGRATIONS_FOLDER = join(__dirname, "migrations");

/** `YYYYMMDDhhmm` and a description, like the handover's first revision, and the direction. */
const FILE =
  /^(?<name>\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d_[a-z0-9]+(?:_[a-z0-9]+)*)\.(?<direction>up|down)\.sql$/;

/** First line of a file that cannot run in a transaction. PostgreSQL refuses such a file without this line. */
const NO_TRANSACTION = "-- No Transaction";

/** Forward, or back. */
export type Direction = "up" | "down";

/** One direction of a migration: a file of SQL. */
export interface MigrationSql {
  /** Name of the file. */
  readonly file: string;
  /** Contents of the file, unchanged. */
  readonly sql: string;
  /** False if the file begins with `-- No Transaction`: one statement, such as CREATE INDEX CONCURRENTLY. */
  readonly inTransaction: boolean;
}

/** A migration: `NAME.up.sql`, and `NAME.down.sql` if it can be rolled back. */
export interface Migration {
  /** Name in the ledger. */
  readonly name: string;
  /** SHA-256 of both files, in hexadecimal digits. */
  readonly checksum: string;
  readonly up: MigrationSql;
  /** Undefined if it cannot be rolled back. */
  readonly down: MigrationSql | undefined;
}

/**
 * Reads every migration of a folder, in the order of their names.
 *
 * @param folder - of the migrations @default - this project's
 * @throws UserError that lists every file that is not part of a migration
 */
export function migrationsIn(folder: string = MIGRATIONS_FOLDER): Migration[] {
  const problems: string[] = [];
  const found = new Map<string, Partial<Record<Direction, MigrationSql>>>();
  for (const file of readdirSync(folder).sort()) {
    const { name, direction } = (FILE.exec(file)?.groups ?? {}) as { name?: string; direction?: Direction };
    if (file.startsWith(".")) {
      continue;
    }
    if (name === undefined || direction === undefined) {
      problems.push(`- ${file}: name it YYYYMMDDhhmm_what_it_does.up.sql or .down.sql, in lower case.`);
      continue;
    }
    found.set(name, { ...found.get(name), [direction]: readSql(join(folder, file)) });
  }
  const migrations = [...found].flatMap(([name, { up, down }]) => {
    if (up === undefined) {
      problems.push(`- ${name}.down.sql: ${name}.up.sql is missing.`);
      return [];
    }
    return [{ name, checksum: checksumOf(up, down), up, down }];
  });
  if (problems.length > 0) {
    throw new UserError(`The migrations cannot be run; nothing was changed.\n${problems.join("\n")}`);
  }
  return migrations.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readSql(path: string): MigrationSql {
  const sql = readFileSync(path, "utf8");
  const [firstLine = ""] = sql.split(/\r?\n/, 1);
  return { file: basename(path), sql, inTransaction: firstLine.trimEnd() !== NO_TRANSACTION };
}

/**
 * Migrations used to be one file. The two files are joined in that form, so that older ledgers still accept them. Line
 * ends count as one character, whatever git does to them; a byte order mark does not count.
 */
function checksumOf(up: MigrationSql, down: MigrationSql | undefined): string {
  const text = [
    `-- Up Migration\n\n${normalized(up.sql)}`,
    ...(down === undefined ? [] : [`-- Down Migration\n\n${normalized(down.sql)}`]),
  ].join("\n");
  return createHash("sha256").update(text).digest("hex");
}

function normalized(text: string): string {
  return text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
}

/**
 * Line number of a position in a file's SQL.
 *
 * @param position - PostgreSQL's position, counted from 1
 */
export function lineOf({ sql }: MigrationSql, position: number): number {
  return sql.slice(0, position - 1).split("\n").length;
}
