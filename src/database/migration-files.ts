import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UserError } from "../shared/user-error";

/** Folder of the migrations: next to this file, and next to the bundle in the package. */
export const MIGRATIONS_FOLDER = join(__dirname, "migrations");

/** `YYYYMMDDhhmm` and what it does, as the handover's first revision is named; then the direction. */
const FILE =
  /^(?<name>\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d_[a-z0-9]+(?:_[a-z0-9]+)*)\.(?<direction>up|down)\.sql$/;

/** First line of a file that a transaction cannot hold. PostgreSQL refuses such a file without this line. */
const NO_TRANSACTION = "-- No Transaction";

/** Forward, or back. */
export type Direction = "up" | "down";

/** One direction of a migration: a file of SQL. */
export interface MigrationSql {
  /** Name of the file. */
  readonly file: string;
  /** What the file has, to the byte. */
  readonly sql: string;
  /** False if the file begins with `-- No Transaction`: one statement, such as CREATE INDEX CONCURRENTLY. */
  readonly inTransaction: boolean;
}

/** A migration: `NAME.up.sql`, and `NAME.down.sql` if there is a way back. */
export interface Migration {
  /** What the database records. */
  readonly name: string;
  /** SHA-256 of both files, in hexadecimal digits. */
  readonly checksum: string;
  readonly up: MigrationSql;
  /** Undefined if there is no way back. */
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
 * The two files are joined the way that one file had them before there were two, so that a database that was migrated
 * then still accepts them. Line ends count as one character, whatever git makes of them; a byte order mark does not count.
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
 * Line of a file that a position in its SQL is in.
 *
 * @param position - PostgreSQL's position, counted from 1
 */
export function lineOf({ sql }: MigrationSql, position: number): number {
  return sql.slice(0, position - 1).split("\n").length;
}
