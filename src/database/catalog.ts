import { ALEMBIC_TABLE } from "./alembic";

/** True for what belongs to an extension. */
const FROM_EXTENSION = (catalog: string, oid: string): string =>
  `EXISTS (SELECT FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = ${oid} AND deptype = 'e')`;

const TABLES = `(
  SELECT oid, relname AS name, relkind, relpersistence, relrowsecurity, relforcerowsecurity, relowner, relacl,
    reloptions, reltoastrelid
  FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '${ALEMBIC_TABLE}'
    AND NOT ${FROM_EXTENSION("pg_class", "pg_class.oid")}
)`;

/** The sequences of identities. */
const IDENTITIES = `(
  SELECT refobjid AS tableoid, refobjsubid AS attnum, relpersistence, relowner, relacl, pg_sequence.*
  FROM pg_depend
  JOIN pg_class ON pg_class.oid = objid
  JOIN pg_sequence ON seqrelid = objid
  WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype = 'i'
)`;

/** When a trigger or rule fires, unless it is the usual way. */
const ENABLED = (column: string): string =>
  `CASE ${column} WHEN 'O' THEN '' WHEN 'D' THEN ' DISABLED' WHEN 'R' THEN ' ENABLED ON A REPLICA'
    ELSE ' ENABLED ALWAYS' END`;

/**
 * A definition without its head, which contains its name and its table.
 *
 * @param kept - the part of the head that stays, for the first place in `head`
 * @param head - pattern of format()
 * @param names - for the other places in `head`
 */
function withoutHead(
  definition: string,
  { kept, head, names }: { readonly kept: string; readonly head: string; readonly names: string },
): string {
  return `${kept} || substr(${definition}, length(format(${head}, ${kept}, ${names})) + 1)`;
}

/** PostgreSQL 17's privileges on tables. @see https://www.postgresql.org/docs/17/ddl-priv.html */
const TABLE_PRIVILEGES =
  "ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']";

/** What may follow a privilege. */
const GRANT_OPTIONS = "ARRAY['', ' WITH GRANT OPTION']";

/**
 * Queries of PostgreSQL's catalogs, each for a type in schema.ts. Names sort by their bytes.
 *
 * @see https://www.postgresql.org/docs/17/catalogs.html
 * @see https://www.postgresql.org/docs/17/functions-info.html
 */
export const CATALOG = {
  tables: `
    SELECT tables.name,
      array_remove(ARRAY[
        CASE relpersistence WHEN 'u' THEN 'unlogged' END,
        CASE relkind WHEN 'p' THEN 'partitioned' END,
        CASE WHEN relrowsecurity THEN 'row security' END,
        CASE WHEN relforcerowsecurity THEN 'row security for the owner too' END,
        CASE WHEN NOT pg_has_role(relowner, 'USAGE') THEN 'not owned by the migrating user' END
      ], NULL)
        || ARRAY(SELECT 'inherits ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = tables.oid ORDER BY 1)
        || ARRAY(SELECT 'inherited by ' || inhrelid::regclass FROM pg_inherits WHERE inhparent = tables.oid ORDER BY 1)
        || ARRAY(SELECT option FROM unnest(reloptions) AS option ORDER BY 1)
        || ARRAY(SELECT 'toast.' || option FROM pg_class AS toast, unnest(toast.reloptions) AS option
          WHERE toast.oid = tables.reltoastrelid ORDER BY 1) AS traits,
      obj_description(tables.oid, 'pg_class') AS comment
    FROM ${TABLES} AS tables
    ORDER BY 1`,

  columns: `
    SELECT tables.name AS table, attname AS name,
      concat_ws(' COLLATE ', format_type(atttypid, atttypmod),
        CASE WHEN attcollation <> typcollation THEN attcollation::regcollation END) AS type,
      NOT attnotnull AS nullable,
      CASE WHEN attgenerated = '' THEN pg_get_expr(adbin, adrelid) END AS default,
      CASE WHEN attgenerated <> '' THEN pg_get_expr(adbin, adrelid) END AS generated,
      CASE attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
      'START ' || seqstart || ' INCREMENT ' || seqincrement || ' MINVALUE ' || seqmin || ' MAXVALUE ' || seqmax
        || ' CACHE ' || seqcache || CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END
        || CASE identities.relpersistence WHEN 'u' THEN ' UNLOGGED' ELSE '' END AS numbers,
      col_description(attrelid, pg_attribute.attnum) AS comment
    FROM ${TABLES} AS tables
    JOIN pg_attribute ON attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
    JOIN pg_type ON pg_type.oid = atttypid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    LEFT JOIN ${IDENTITIES} AS identities ON identities.tableoid = attrelid AND identities.attnum = pg_attribute.attnum
    ORDER BY tables.name, pg_attribute.attnum`,

  constraints: `
    SELECT tables.name AS table, conname AS name,
      CASE contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
        WHEN 'c' THEN 'check' ELSE 'exclusion' END AS kind,
      ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS key (attnum, position)
        JOIN pg_attribute USING (attnum) WHERE attrelid = conrelid ORDER BY position) AS columns,
      pg_get_constraintdef(pg_constraint.oid) || coalesce((
        SELECT ' WITH (' || array_to_string(reloptions, ', ') || ')' FROM pg_class
        WHERE pg_class.oid = conindid AND contype IN ('p', 'u', 'x')), '') AS definition,
      (SELECT relname FROM pg_class WHERE pg_class.oid = confrelid) AS references,
      CASE confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
        WHEN 'n' THEN 'set null' WHEN 'd' THEN 'set default' END AS "onDelete",
      obj_description(pg_constraint.oid, 'pg_constraint') AS comment
    FROM ${TABLES} AS tables
    JOIN pg_constraint ON conrelid = tables.oid AND contype IN ('p', 'u', 'f', 'c', 'x')
    ORDER BY tables.name, conname`,

  indexes: `
    SELECT tables.name AS table, relname AS name, indisunique AS unique,
      ARRAY(SELECT pg_get_indexdef(indexrelid, position, true)
        FROM generate_series(1, indnkeyatts) AS position ORDER BY position) AS columns,
      pg_get_expr(indpred, indrelid) AS predicate,
      ${withoutHead("pg_get_indexdef(indexrelid)", {
        kept: "CASE WHEN indisunique THEN 'UNIQUE ' ELSE '' END",
        head: "'CREATE %sINDEX %I ON %spublic.%I USING '",
        names: "relname, CASE pg_class.relkind WHEN 'I' THEN 'ONLY ' ELSE '' END, tables.name",
      })} || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END AS definition,
      obj_description(indexrelid, 'pg_class') AS comment
    FROM ${TABLES} AS tables
    JOIN pg_index ON indrelid = tables.oid
    JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
    ORDER BY tables.name, relname`,

  triggers: `
    SELECT tables.name AS table, tgname AS name,
      ${withoutHead("pg_get_triggerdef(pg_trigger.oid)", {
        kept: "CASE WHEN tgconstraint = 0 THEN '' ELSE 'CONSTRAINT ' END",
        head: "'CREATE %sTRIGGER %I '",
        names: "tgname",
      })} || ${ENABLED("tgenabled")} AS definition,
      obj_description(pg_trigger.oid, 'pg_trigger') AS comment
    FROM ${TABLES} AS tables
    JOIN pg_trigger ON tgrelid = tables.oid AND NOT tgisinternal
    ORDER BY tables.name, tgname`,

  otherParts: `
    SELECT tables.name AS table, 'rule' AS kind, quote_ident(rulename) AS name,
      substr(pg_get_ruledef(pg_rewrite.oid), length('CREATE RULE ' || quote_ident(rulename) || ' AS') + 1)
        || ${ENABLED("ev_enabled")} AS definition
    FROM ${TABLES} AS tables
    JOIN pg_rewrite ON ev_class = tables.oid
    UNION ALL
    SELECT tables.name, 'policy', quote_ident(policyname),
      concat_ws(' ', permissive, 'FOR ' || cmd, 'TO ' || array_to_string(roles, ', '), 'USING (' || qual || ')',
        'WITH CHECK (' || with_check || ')')
    FROM ${TABLES} AS tables
    JOIN pg_policies ON schemaname = 'public' AND tablename = tables.name
    ORDER BY 1, 2, 3`,

  routines: `
    SELECT proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')' AS signature,
      pg_get_functiondef(pg_proc.oid) AS definition,
      array_remove(ARRAY[
        CASE WHEN proowner NOT IN (SELECT relowner FROM ${TABLES} AS tables) THEN 'not owned by the owner of the tables' END
      ], NULL) AS traits,
      obj_description(pg_proc.oid, 'pg_proc') AS comment
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a' AND NOT ${FROM_EXTENSION("pg_proc", "pg_proc.oid")}
    ORDER BY proname, pg_get_function_identity_arguments(pg_proc.oid) COLLATE "C"`,

  // An identity's sequence and a table's row type are part of the table.
  others: `
    SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
        ELSE 'foreign table' END AS kind,
      relname AS name,
      CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) ELSE '' END AS definition
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'S', 'f')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = oid AND deptype IN ('i', 'e'))
    UNION ALL
    SELECT 'type', typname,
      CASE typtype WHEN 'd' THEN 'domain over ' || format_type(typbasetype, typtypmod)
        WHEN 'e' THEN 'enum (' || (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
          FROM pg_enum WHERE enumtypid = pg_type.oid) || ')'
        ELSE 'composite' END
    FROM pg_type
    WHERE typnamespace = 'public'::regnamespace
      AND (typtype IN ('d', 'e') OR typtype = 'c' AND (SELECT relkind FROM pg_class WHERE pg_class.oid = typrelid) = 'c')
      AND NOT ${FROM_EXTENSION("pg_type", "pg_type.oid")}
    UNION ALL
    SELECT 'aggregate', proname || '(' || pg_get_function_identity_arguments(oid) || ')', ''
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'a' AND NOT ${FROM_EXTENSION("pg_proc", "oid")}
    UNION ALL
    SELECT 'default privileges',
      CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
        WHEN 'T' THEN 'types' ELSE 'schemas' END,
      CASE defaclnamespace WHEN 0 THEN 'in every schema: ' ELSE 'in public: ' END || defaclacl::text
    FROM pg_default_acl
    WHERE defaclnamespace IN (0, 'public'::regnamespace) AND pg_has_role(defaclrole, 'USAGE')
    ORDER BY kind, name, definition`,

  appRole: `
    SELECT array_remove(ARRAY[
        CASE WHEN rolcanlogin THEN 'login' ELSE 'nologin' END,
        CASE WHEN rolsuper THEN 'superuser' END,
        CASE WHEN rolcreaterole THEN 'createrole' END,
        CASE WHEN rolcreatedb THEN 'createdb' END,
        CASE WHEN rolreplication THEN 'replication' END,
        CASE WHEN rolbypassrls THEN 'bypassrls' END,
        CASE WHEN pg_has_role(oid, 'SET') THEN 'may be taken on by the migrating user' END
      ], NULL)
        || ARRAY(SELECT DISTINCT 'member of ' || roleid::regrole FROM pg_auth_members
          WHERE member = pg_roles.oid ORDER BY 1) AS attributes,
      ARRAY(SELECT lower(privilege || option)
        FROM unnest(ARRAY['CREATE', 'USAGE']) AS privilege, unnest(${GRANT_OPTIONS}) AS option
        WHERE has_schema_privilege(oid, 'public', privilege || option)
        ORDER BY privilege, option) AS "schemaPrivileges"
    FROM pg_roles
    WHERE rolname = $1`,

  privileges: `
    SELECT tables.name AS table,
      array_agg(lower(privilege) || coalesce(' (' || columns || ')', '') || lower(option)
        ORDER BY privilege, option) AS privileges
    FROM ${TABLES} AS tables
    CROSS JOIN (SELECT oid FROM pg_roles WHERE rolname = $1) AS role
    CROSS JOIN unnest(${TABLE_PRIVILEGES}) AS privilege
    CROSS JOIN unnest(${GRANT_OPTIONS}) AS option
    CROSS JOIN LATERAL (SELECT has_table_privilege(role.oid, tables.oid, privilege || option) AS whole) AS granted
    CROSS JOIN LATERAL (
      SELECT string_agg(attname, ', ' ORDER BY attname) AS columns
      FROM pg_attribute
      WHERE NOT whole AND attrelid = tables.oid AND attnum > 0 AND NOT attisdropped
        AND CASE WHEN privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
          THEN has_column_privilege(role.oid, tables.oid, attnum, privilege || option) ELSE false END
    ) AS partly
    WHERE whole OR columns IS NOT NULL
    GROUP BY tables.name
    ORDER BY tables.name`,

  // The two queries above cover the app's role, except on sequences. PUBLIC is left out for the schema: USAGE is
  // PostgreSQL's default and harmless, and if PUBLIC may create, so may the app's role.
  grants: `
    SELECT "table", object, role,
      array_agg(DISTINCT privilege COLLATE "C" ORDER BY privilege COLLATE "C") AS privileges
    FROM (
      SELECT name AS "table", name AS object, relowner AS owner, relacl AS acl, NULL AS column,
        ARRAY[$1] AS "reportedElsewhere"
      FROM ${TABLES} AS tables
      UNION ALL
      SELECT name, name, relowner, attacl, attname, ARRAY[$1]
      FROM ${TABLES} AS tables
      JOIN pg_attribute ON attrelid = tables.oid AND NOT attisdropped
      UNION ALL
      SELECT name, name || '.' || attname || ' sequence', identities.relowner, identities.relacl, NULL, '{}'
      FROM ${TABLES} AS tables
      JOIN ${IDENTITIES} AS identities ON identities.tableoid = tables.oid
      JOIN pg_attribute ON attrelid = tables.oid AND pg_attribute.attnum = identities.attnum
      UNION ALL
      SELECT NULL, 'schema', nspowner, nspacl, NULL, ARRAY[$1, 'PUBLIC']
      FROM pg_namespace
      WHERE nspname = 'public'
    ) AS objects
    CROSS JOIN LATERAL aclexplode(acl) AS granted
    CROSS JOIN LATERAL (SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS role) AS named
    CROSS JOIN LATERAL (
      SELECT concat(lower(privilege_type), ' (' || "column" || ')', CASE WHEN is_grantable THEN ' with grant option' END)
        AS privilege
    ) AS worded
    WHERE grantee <> owner AND role <> quote_ident(current_user) AND role <> ALL ("reportedElsewhere")
    GROUP BY "table", object, role
    ORDER BY object COLLATE "C", role COLLATE "C"`,
} as const;
