import type { ArrayValue, ExecuteStatementCommandOutput, Field } from "@aws-sdk/client-rds-data";
import { WRITING_COMMANDS, type StatementResult } from "./session";

/** An element of an array with any of these is quoted. @see https://www.postgresql.org/docs/17/arrays.html#ARRAYS-IO */
const QUOTED_ELEMENT = /^$|^null$|[\s{}",\\]/i;

/**
 * The result of a statement, from the Data API's answer.
 *
 * @param command - as {@link StatementResult} has it; the Data API does not return it
 */
export function resultOf(
  { columnMetadata = [], records = [], numberOfRecordsUpdated }: ExecuteStatementCommandOutput,
  command: string,
): StatementResult {
  const columns = columnMetadata.map(({ label, name }) => label ?? name ?? "");
  // With RETURNING there are rows, and no count.
  const written = columns.length > 0 ? records.length : numberOfRecordsUpdated;
  return {
    columns,
    rows: records.map((record) => record.map(textOf)),
    changed: WRITING_COMMANDS.has(command) ? written : undefined,
    command,
  };
}

/**
 * A value of the Data API as PostgreSQL prints it. Exception: a `timestamptz` has no zone here; it is in UTC.
 *
 * @see https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_Field.html
 * @returns null for NULL
 */
function textOf(field: Field): string | null {
  if (field.booleanValue !== undefined) {
    return booleanText(field.booleanValue);
  }
  if (field.blobValue !== undefined) {
    return `\\x${Buffer.from(field.blobValue).toString("hex")}`;
  }
  if (field.arrayValue !== undefined) {
    return arrayText(field.arrayValue);
  }
  const plain = field.stringValue ?? field.longValue ?? field.doubleValue;
  return plain === undefined ? null : String(plain);
}

function booleanText(value: boolean): string {
  return value ? "t" : "f";
}

function arrayText(array: ArrayValue): string {
  const elements =
    array.arrayValues?.map(arrayText) ??
    array.booleanValues?.map(booleanText) ??
    array.stringValues?.map(elementText) ??
    (array.longValues ?? array.doubleValues ?? []).map(String);
  return `{${elements.join(",")}}`;
}

function elementText(value: string): string {
  return QUOTED_ELEMENT.test(value) ? `"${value.replaceAll(/["\\]/g, "\\$&")}"` : value;
}
