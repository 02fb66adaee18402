import type { Client } from "pg";

/** Definition of an index, key or foreign key. */
interface Definition {
  readonly table: string;
  readonly name: string;
  /** `f` foreign key, `p` primary key, `u` unique, `i` index without a constraint. */
  readonly kind: "f" | "p" | "u" | "i";
  /** As the catalog prints it. */
  readonly sql: string;
}

/**
 * Works on tables without indexes, keys and foreign keys, and then restores them from the catalog. Filling tables is
 * several times faster that way: each index is sorted once, each foreign key checked once.
 *
 * @param clients - sessions of the tables' owner, which share the work of restoring
 * @throws Error when the catalog is not the same afterwards
 */
export async function withoutIndexes(clients: readonly [Client, Client], work: () => Promise<void>): Promise<void> {
  const [client] = clients;
  const before = await definitions(client);
  for (const { table, name, kind } of before) {
    await client.query(kind === "i" ? `DROP INDEX ${name}` : `ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  }
  await work();
  const tables = [...new Set(before.map(({ table }) => table))];
  await shared(clients, tables, async (session, table) => {
    for (const definition of before.filter((one) => one.table === table && one.kind !== "f")) {
      await session.query(statement(definition));
    }
  });
  for (const foreignKey of before.filter(({ kind }) => kind === "f")) {
    await client.query(statement(foreignKey));
  }
  const after = await definitions(client);
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    throw new Error(`The indexes differ from before: ${JSON.stringify({ before, after }, null, 2)}`);
  }
}

/**
 * Does work for each table, as many at a time as there are sessions.
 *
 * @param tables - those with the most work first
 */
export async function shared(
  clients: readonly Client[],
  tables: readonly string[],
  work: (client: Client, table: string) => Promise<unknown>,
): Promise<void> {
  const waiting = [...tables];
  await Promise.all(
    clients.map(async (client) => {
      for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
        await work(client, table);
      }
    }),
  );
}

function statement({ table, name, kind, sql }: Definition): string {
  return kind === "i" ? sql : `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${sql}`;
}

/** Foreign keys come first, because they depend on keys. */
async function definitions(client: Client): Promise<Definition[]> {
  const { rows } = await client.query<Definition>(`
    SELECT conrelid::regclass::text AS table, conname AS name, contype AS kind, pg_get_constraintdef(oid) AS sql
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'p', 'u')
    UNION ALL
    SELECT indrelid::regclass::text, indexrelid::regclass::text, 'i', pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY kind, 1, 2`);
  return rows;
}
