import type { ClientBase } from "pg";
import { APP_ROLE } from "./app-role";
import { CATALOG } from "./catalog";

/** A table. Alembic's own and those of extensions are left out. */
export interface Table {
  readonly name: string;
  /**
   * What is unusual about it, such as `unlogged`, an owner whose tables the migrating user cannot change, a table that
   * inherits from it, or how it is stored.
   */
  readonly traits: readonly string[];
  readonly comment: string | null;
}

/** A column of a table. */
export interface Column {
  readonly table: string;
  readonly name: string;
  /** As PostgreSQL writes it, with the collation where it is not the type's own. */
  readonly type: string;
  readonly nullable: boolean;
  /** Expression of its default. */
  readonly default: string | null;
  /** Expression of a generated column. */
  readonly generated: string | null;
  readonly identity: "always" | "by default" | null;
  /** How an identity counts, such as `START 1 INCREMENT 1`. */
  readonly numbers: string | null;
  readonly comment: string | null;
}

/** A constraint of a table. NOT NULL belongs to {@link Column}. */
export interface Constraint {
  readonly table: string;
  readonly name: string;
  readonly kind: "primary key" | "unique" | "foreign key" | "check" | "exclusion";
  readonly columns: readonly string[];
  /** As PostgreSQL writes it. */
  readonly definition: string;
  /** Table that a foreign key refers to. */
  readonly references: string | null;
  /** What a foreign key does when the row that it refers to is deleted. */
  readonly onDelete: "no action" | "restrict" | "cascade" | "set null" | "set default" | null;
  readonly comment: string | null;
}

/** An index that belongs to no constraint. */
export interface Index {
  readonly table: string;
  readonly name: string;
  readonly unique: boolean;
  /** Columns or expressions of its key. */
  readonly columns: readonly string[];
  /** Condition of a partial index. */
  readonly predicate: string | null;
  /** As PostgreSQL writes it, without its name and its table. */
  readonly definition: string;
  readonly comment: string | null;
}

/** A trigger of a table. */
export interface Trigger {
  readonly table: string;
  readonly name: string;
  /** As PostgreSQL writes it, without its name. */
  readonly definition: string;
  readonly comment: string | null;
}

/** A rule or a policy of a table. */
export interface OtherPart {
  readonly table: string;
  readonly kind: "rule" | "policy";
  readonly name: string;
  /** As PostgreSQL writes it, without its name. */
  readonly definition: string;
}

/** A function or procedure. */
export interface Routine {
  /** Name and types of its arguments. */
  readonly signature: string;
  /** As PostgreSQL writes it. */
  readonly definition: string;
  /** What is unusual about it: an owner who owns none of the tables. */
  readonly traits: readonly string[];
  readonly comment: string | null;
}

/** A view, a sequence without an identity, a type, an aggregate, or privileges on what the migrating user creates. */
export interface OtherObject {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
}

/** {@link APP_ROLE} in this database. */
export interface AppRole {
  /** Such as `nologin`, and what it is a member of. The migrating user is the session's. */
  readonly attributes: readonly string[];
  /** What it may do in the schema `public`, granted directly or through a role. */
  readonly schemaPrivileges: readonly string[];
}

/** What {@link APP_ROLE} may do to a table, granted directly or through a role. */
export interface TablePrivileges {
  readonly table: string;
  /**
   * In lower case, sorted. Privileges on some columns list them: `update (phone)`. What the role may grant to others is
   * listed a second time: `select with grant option`.
   */
  readonly privileges: readonly string[];
}

/** Privileges on an object of a role that is neither its owner nor the migrating user. */
export interface Grant {
  /** Table that the object is or belongs to; null for the schema. */
  readonly table: string | null;
  /** A table, the sequence of an identity, such as `orders.id sequence`, or `schema`. */
  readonly object: string;
  /** A role, or `PUBLIC`. {@link APP_ROLE} is listed for sequences only. */
  readonly role: string;
  /** In lower case, sorted: `select with grant option`, `update (phone)`. */
  readonly privileges: readonly string[];
}

/** The schema `public` of a database: lists sorted by table and name, columns in their order. */
export interface Schema {
  readonly tables: readonly Table[];
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly triggers: readonly Trigger[];
  readonly otherParts: readonly OtherPart[];
  readonly routines: readonly Routine[];
  readonly others: readonly OtherObject[];
  /** Undefined if the server has no such role. */
  readonly appRole: AppRole | undefined;
  /** Tables on which the role has no privileges are left out. */
  readonly privileges: readonly TablePrivileges[];
  readonly grants: readonly Grant[];
}

/**
 * PostgreSQL qualifies names that are not on the path, so the session's own path would change the definitions.
 * Temporary tables come last, or one of them could hide a real one.
 */
const SEARCH_PATH = "public, pg_temp";

/** Reads the schema `public` from PostgreSQL's catalogs. Afterwards, the session's search_path is as before. */
export async function readSchema(client: ClientBase): Promise<Schema> {
  const before = await client.query<{ path: string }>("SELECT current_setting('search_path') AS path");
  await setSearchPath(client, SEARCH_PATH);
  // If a query fails, the rollback restores the path.
  const schema = await readCatalogs(client);
  await setSearchPath(client, before.rows[0]?.path ?? "");
  return schema;
}

async function setSearchPath(client: ClientBase, path: string): Promise<void> {
  await client.query("SELECT set_config('search_path', $1, false)", [path]);
}

async function readCatalogs(client: ClientBase): Promise<Schema> {
  const read = async <Row extends object>(sql: string, values: readonly string[] = []): Promise<Row[]> =>
    (await client.query<Row>(sql, [...values])).rows;
  const [appRole] = await read<AppRole>(CATALOG.appRole, [APP_ROLE]);
  return {
    tables: await read<Table>(CATALOG.tables),
    columns: await read<Column>(CATALOG.columns),
    constraints: await read<Constraint>(CATALOG.constraints),
    indexes: await read<Index>(CATALOG.indexes),
    triggers: await read<Trigger>(CATALOG.triggers),
    otherParts: await read<OtherPart>(CATALOG.otherParts),
    routines: await read<Routine>(CATALOG.routines),
    others: await read<OtherObject>(CATALOG.others),
    appRole,
    privileges: await read<TablePrivileges>(CATALOG.privileges, [APP_ROLE]),
    grants: await read<Grant>(CATALOG.grants, [APP_ROLE]),
  };
}
