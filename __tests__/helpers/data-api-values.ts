import type { Field } from "@aws-sdk/client-rds-data";
import type { Client, FieldDef } from "pg";
import { Refused } from "./data-api-faults";

/** A column of a result, as the Data API has to know it. */
export interface Column {
  readonly name: string;
  readonly typeName: string;
  /** True for the labels of an enumeration, which are strings. */
  readonly isEnum: boolean;
}

/** Field of JSON: the SDK's, with bytes in base64. */
export type JsonField = Exclude<Field, Field.BlobValueMember> | { readonly blobValue: string };

/**
 * Scalar types that the Data API gives, by PostgreSQL's names, and the field that each has.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api-operations.html
 */
const SCALARS: Readonly<Record<string, "boolean" | "blob" | "long" | "double" | "string">> = {
  bool: "boolean",
  bytea: "blob",
  int2: "long",
  int4: "long",
  int8: "long",
  float4: "double",
  float8: "double",
  ...Object.fromEntries(
    ["bpchar", "cidr", "date", "inet", "json", "jsonb", "name", "numeric", "text", "time", "timestamp", "timestamptz"]
      .concat("uuid", "varchar", "vector")
      .map((name) => [name, "string" as const]),
  ),
};

/** Element types of arrays that the Data API gives. */
const ELEMENTS = new Set(
  [
    "bit",
    "bool",
    "bpchar",
    "date",
    "float4",
    "float8",
    "int2",
    "int4",
    "int8",
    "json",
    "name",
    "numeric",
    "text",
  ].concat("time", "timestamp", "uuid", "varchar"),
);

/** An element of an array, as PostgreSQL prints it. @see https://www.postgresql.org/docs/17/arrays.html#ARRAYS-IO */
const ELEMENT = /"((?:[^"\\]|\\.)*)"|[^,]+/g;

/** Reads the columns of a result from the database. */
export async function columnsOf(client: Client, fields: readonly FieldDef[]): Promise<Column[]> {
  const { rows } = await client.query<{ oid: number; typname: string; typtype: string }>(
    "SELECT oid, typname, typtype FROM pg_type WHERE oid = ANY ($1)",
    [fields.map(({ dataTypeID }) => dataTypeID)],
  );
  return fields.map(({ name, dataTypeID }) => {
    const type = rows.find(({ oid }) => oid === dataTypeID);
    return { name, typeName: type?.typname ?? "unknown", isEnum: type?.typtype === "e" };
  });
}

/** Refuses what the Data API does not return. */
export function requireSupported(columns: readonly Column[]): void {
  const unsupported = columns.find(
    ({ typeName, isEnum }) =>
      !isEnum && !(typeName in SCALARS) && !(typeName.startsWith("_") && ELEMENTS.has(typeName.slice(1))),
  );
  if (unsupported) {
    throw new Refused(
      "UnsupportedResultException",
      `The result contains the unsupported data type ${unsupported.typeName.toUpperCase()}.`,
    );
  }
}

/**
 * A value as the Data API gives it.
 *
 * @param value - as PostgreSQL prints it
 * @param longAsString - what the caller asked for
 */
export function fieldOf(value: string | null, { typeName }: Column, longAsString: boolean): JsonField {
  if (value === null) {
    return { isNull: true };
  }
  if (typeName.startsWith("_")) {
    return { arrayValue: arrayOf(value, SCALARS[typeName.slice(1)] ?? "string") };
  }
  switch (SCALARS[typeName]) {
    case "boolean":
      return { booleanValue: value === "t" };
    case "blob":
      return { blobValue: Buffer.from(value.slice(2), "hex").toString("base64") };
    case "long":
      return longAsString ? { stringValue: value } : { longValue: Number(value) };
    case "double":
      return { doubleValue: Number(value) };
    default:
      // Times with a zone are given in UTC, without it.
      return { stringValue: typeName === "timestamptz" ? value.replace(/\+00$/, "") : value };
  }
}

type ArrayField = Exclude<Field.ArrayValueMember["arrayValue"], { $unknown: unknown }>;

function arrayOf(value: string, element: (typeof SCALARS)[string]): ArrayField {
  if (value.startsWith("{{")) {
    throw new Refused("UnsupportedResultException", "The result contains a multidimensional array.");
  }
  const texts = Array.from(value.slice(1, -1).matchAll(ELEMENT), ([plain, quoted]) =>
    quoted === undefined ? plain : quoted.replaceAll(/\\(.)/g, "$1"),
  );
  switch (element) {
    case "boolean":
      return { booleanValues: texts.map((text) => text === "t") };
    case "long":
      return { longValues: texts.map(Number) };
    case "double":
      return { doubleValues: texts.map(Number) };
    default:
      return { stringValues: texts };
  }
}
