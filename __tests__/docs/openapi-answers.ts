import type { OpenApiDocument } from "../../tools/develop/docs/openapi";
import type { Operation } from "../../tools/develop/docs/openapi-operations";
import { headerOf, mistakes, schemaOf } from "./openapi-schemas";

/** Headers that no document has to name: of the body, and those that browsers ask about. */
const COMMON_HEADERS = /^(content-(type|length)|vary|access-control-.*)$/;

/** Every documented answer of an operation: statuses, with what distinguishes the answers of one status. */
export function answersOf({ responses }: Operation): string[] {
  return Object.entries(responses).flatMap(([status, { content }]) =>
    Object.values(content).flatMap(({ examples }) =>
      Object.values(examples).map(({ value }) => `${status} ${wordOf(value)}`),
    ),
  );
}

/** What distinguishes a problem, or a result with a status, from others. */
function wordOf(body: unknown): string {
  const { title, detail = "", status } = body as { title?: string; detail?: string; status?: string | number };
  return title === undefined ? (typeof status === "string" ? status : "") : `${title}: ${detail}`;
}

/** Checks that an answer is documented. @returns its status, and what distinguishes it */
export async function readAnswer(
  document: OpenApiDocument,
  { responses }: Operation,
  answer: Response,
): Promise<string> {
  const type = answer.headers.get("Content-Type")?.split(";")[0] ?? "";
  const body: unknown = await answer.json();
  const { content = {}, headers = {} } = responses[String(answer.status)] ?? {};
  const documentedBody = content[type];
  expect([answer.status, Object.keys(content)]).toEqual([answer.status, [type]]);
  expect(documentedBody && mistakes(schemaOf(document, documentedBody), body)).toEqual([]);
  for (const [name, reference] of Object.entries(headers)) {
    const { schema, required: always } = headerOf(document, reference);
    const value = answer.headers.get(name);
    if (always || value !== null) {
      expect([name, mistakes(schema, schema.type === "integer" ? Number(value) : value)]).toEqual([name, []]);
    }
  }
  const known = Object.keys(headers).map((name) => name.toLowerCase());
  expect([...answer.headers.keys()].filter((name) => !known.includes(name) && !COMMON_HEADERS.test(name))).toEqual([]);
  return `${String(answer.status)} ${wordOf(body)}`;
}
