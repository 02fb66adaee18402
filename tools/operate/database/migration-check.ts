import { MIGRATIONS_FOLDER, migrationsIn, type MigrationSql } from "../../../src/database/migration-files";
import { UserError } from "../../../src/shared/user-error";
import { splitStatements } from "./statements";

/**
 * Checks the migrations with PostgreSQL's own parser before they are run or deployed: their syntax, that none begins or
 * ends a transaction, and that a file without a transaction has one statement. The migrating function has no parser;
 * there, a file that ends the transaction fails at its savepoint.
 *
 * @param folder - of the migrations @default - this project's
 * @throws UserError that lists every problem
 */
export async function checkMigrations(folder: string = MIGRATIONS_FOLDER): Promise<void> {
  const files = migrationsIn(folder).flatMap(({ up, down }) => [up, ...(down === undefined ? [] : [down])]);
  const problems = (await Promise.all(files.map(problemsOf))).flat();
  if (problems.length > 0) {
    throw new UserError(`The migrations cannot be run; nothing was changed.\n- ${problems.join("\n- ")}`);
  }
}

async function problemsOf({ file, sql, inTransaction }: MigrationSql): Promise<string[]> {
  if (sql.startsWith("\uFEFF")) {
    return [`${file}: it begins with a byte order mark. Save it as UTF-8 without one.`];
  }
  try {
    const statements = await splitStatements(sql);
    const controls = statements.filter(({ control }) => control !== undefined);
    return [
      ...(controls.length > 0
        ? [
            `${file}: remove ${controls.map(({ command, line }) => `${command} (line ${String(line)})`).join(", ")}. ` +
              'The whole run is one transaction. To run a file without one, make "-- No Transaction" its first line.',
          ]
        : []),
      ...(!inTransaction && statements.length > 1
        ? [
            `${file}: without a transaction, a file may have only one statement. Move the others to their own migrations.`,
          ]
        : []),
    ];
  } catch (error) {
    if (error instanceof UserError) {
      return [`${file}: ${error.message}`];
    }
    throw error;
  }
}
