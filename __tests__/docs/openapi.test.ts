import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createApp } from "../../src/functions/app/app";
import { Database } from "../../src/functions/app/database";
import { Razorpay } from "../../src/functions/app/razorpay";
import type { OpenApiDocument } from "../../tools/develop/docs/openapi";
import type { Content } from "../../tools/develop/docs/openapi-operations";
import { headerOf, mistakes, parameterOf, schemaOf } from "./openapi-schemas";

const FILE = join(__dirname, "..", "..", "docs", "openapi.json");

const readDocument = (): OpenApiDocument => JSON.parse(readFileSync(FILE, "utf8")) as OpenApiDocument;

const operationsOf = ({ paths }: OpenApiDocument) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );

const nobody = (): Promise<never> => Promise.reject(new Error("Nothing is asked for"));

test("it has the app's routes, and no others", () => {
  const { routes } = createApp({
    allowedOrigin: undefined,
    database: new Database({ connect: nobody }),
    razorpay: new Razorpay({ keys: nobody }),
    webhookSecret: nobody,
    checks: { configuration: nobody, secrets: nobody, database: nobody },
  });
  const called = routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
  expect(
    operationsOf(readDocument())
      .map(({ name }) => name)
      .sort(),
  ).toEqual(called.sort());
});

test("its examples are valid according to their schemas", () => {
  const document = readDocument();
  const wrong: string[] = [];
  const check = (where: string, found: readonly string[]): void => {
    wrong.push(...found.map((mistake) => `${where}: ${mistake}`));
  };
  const checkContents = (where: string, contents: Readonly<Record<string, Content>>): number => {
    let examples = 0;
    for (const content of Object.values(contents)) {
      for (const [name, { value }] of Object.entries(content.examples)) {
        check(`${where} ${name}`, mistakes(schemaOf(document, content), value));
        examples += 1;
      }
    }
    return examples;
  };
  for (const { name, operation } of operationsOf(document)) {
    for (const parameter of operation.parameters ?? []) {
      const { schema, example } = parameterOf(document, parameter);
      check(`${name} ${parameter.$ref}`, mistakes(schema, example));
    }
    checkContents(name, operation.requestBody?.content ?? {});
    for (const [status, { headers, content }] of Object.entries(operation.responses)) {
      expect(checkContents(`${name} ${status}`, content)).toBeGreaterThan(0);
      for (const header of Object.values(headers)) {
        const { schema, example } = headerOf(document, header);
        check(`${name} ${status} ${header.$ref}`, mistakes(schema, example));
      }
    }
  }
  expect(wrong).toEqual([]);
});

test.each([
  ["an amount that is a number", "PaymentRequest", { order_id: "00000000-0000-4000-8000-000000000402", amount: 1250 }],
  [
    "an amount without decimals",
    "PaymentRequest",
    { order_id: "00000000-0000-4000-8000-000000000402", amount: "1250" },
  ],
  ["an order that is no UUID", "PaymentRequest", { order_id: "402", amount: "1250.00" }],
  ["a field that is not known", "Health", { status: "ok", version: "1" }],
  ["a problem without title", "ProblemDetails", { status: 404, detail: "There is no such order." }],
])("its schemas refuse %s", (_, schema, value) => {
  expect(mistakes(readDocument().components.schemas[schema] ?? {}, value)).not.toEqual([]);
});
