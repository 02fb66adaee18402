import * as z from "zod";
import type { Content } from "../../tools/develop/docs/openapi-operations";
import type { Header, JsonSchema, OpenApiDocument, Parameter } from "../../tools/develop/docs/openapi";

/** What a reference of the document leads to. */
function target<T>(all: Readonly<Record<string, T>>, reference: string): T {
  const found = all[reference.slice(reference.lastIndexOf("/") + 1)];
  if (found === undefined) {
    throw new Error(`The document has no ${reference}`);
  }
  return found;
}

/** A parameter that is referred to. */
export function parameterOf({ components }: OpenApiDocument, { $ref }: { $ref: string }): Parameter {
  return target(components.parameters, $ref);
}

/** A header that is referred to. */
export function headerOf({ components }: OpenApiDocument, { $ref }: { $ref: string }): Header {
  return target(components.headers, $ref);
}

/** The schema of a body. */
export function schemaOf({ components }: OpenApiDocument, { schema }: Content): JsonSchema {
  return target(components.schemas, schema.$ref);
}

/** Problems of a value according to a schema, in words; none if it is valid. */
export function mistakes(schema: JsonSchema, value: unknown): string[] {
  const { error } = z.fromJSONSchema(schema).safeParse(value);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}
