import type { ClientBase } from "pg";
import { readLedger } from "./ledger";
import { MIGRATIONS_FOLDER, migrationsIn } from "./migration-files";

/** Migrations in files and in the ledger. */
export interface Progress {
  /** Applied, oldest first. */
  readonly applied: readonly { readonly name: string; readonly at: string }[];
  /** Files that were not applied, in their order. */
  readonly pending: readonly string[];
  /** Disagreements between the two, one sentence each. */
  readonly problems: readonly string[];
}

/**
 * Compares files with the ledger.
 *
 * @param folder - of the migrations @default - this project's
 */
export async function progress(client: ClientBase, folder: string = MIGRATIONS_FOLDER): Promise<Progress> {
  const files = migrationsIn(folder);
  const applied = await readLedger(client);
  const pending = files.filter(({ name }) => !applied.some((one) => one.name === name)).map(({ name }) => name);
  const last = applied.at(-1)?.name ?? "";
  const problems = [
    ...applied.flatMap(({ name, checksum }) => {
      const file = files.find((one) => one.name === name);
      if (file === undefined) {
        return [
          `${name} is applied, but its files are missing: deploy the package that has them, or restore the files.`,
        ];
      }
      return file.checksum === checksum
        ? []
        : [`${name} was edited after it was applied: restore its files, and put the change into a new migration.`];
    }),
    ...pending
      .filter((name) => name < last)
      .map((name) => `${name} comes before ${last}, which was applied already: give it a later date.`),
  ];
  return { applied, pending, problems };
}
