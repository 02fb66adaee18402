import * as z from "zod";
import {
  Health,
  IdempotencyKey,
  PaymentAnswer,
  PaymentRequest,
  ProblemDetails,
  Readiness,
  WebhookAnswer,
  WebhookEvent,
} from "../../../src/functions/app/schemas";
import { KEY_HEADER, SIGNATURE_HEADER } from "../../../src/functions/app/routes";
import { OPERATIONS, type SchemaName } from "./openapi-operations";

/** JSON Schema: the part that is used here. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The document. @see https://spec.openapis.org/oas/v3.1.1.html */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly object[];
  readonly security: readonly never[];
  readonly paths: typeof OPERATIONS;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly headers: Readonly<Record<string, Header>>;
  };
}

/** A header of requests. */
export interface Parameter {
  readonly name: string;
  readonly in: "header";
  readonly required: true;
  readonly schema: JsonSchema;
  readonly example: string;
}

/** A header of answers. */
export interface Header {
  readonly description: string;
  /** False if some answers of the status lack it. */
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly example: string | number;
}

const SCHEMAS: Readonly<Record<SchemaName, z.core.$ZodType>> = {
  ...{ Health, PaymentAnswer, PaymentRequest, ProblemDetails, Readiness, WebhookAnswer, WebhookEvent },
};

const DESCRIPTION = `\
Amounts are rupees with two decimals, as text. Every answer that is not a success is a problem
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), also for an unknown path (404). Its \`title\` is always the same;
\`detail\` is for a person. \`X-Request-Id\` is the request's id in the logs.

API Gateway answers CORS preflights itself. What it refuses, such as 429 above the limits or 504 after 29 seconds, it
answers with \`{"message": …}\`: send such a payment again with the same \`Idempotency-Key\`.
`;

/**
 * The API's document, with the schemas that the app validates by.
 *
 * @param region - that all environments are in
 * @param names - of the environments
 */
export function openApiDocument(region: string, names: readonly string[]): OpenApiDocument {
  return {
    openapi: "3.1.1",
    info: { title: "Aleena's Cuisine", version: "1.0.0", description: DESCRIPTION },
    servers: [
      {
        url: `https://{api}.execute-api.${region}.amazonaws.com/{env}`,
        description: "An environment; its output `ApiUrl` is the whole address",
        variables: {
          api: { default: "example", description: "The API's id in AWS" },
          env: { default: names[0] ?? "", enum: names },
        },
      },
      { url: "http://127.0.0.1:3001", description: "`npm run app`" },
    ],
    security: [],
    paths: OPERATIONS,
    components: {
      schemas: Object.fromEntries(Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchema(schema)])),
      parameters: {
        IdempotencyKey: {
          name: KEY_HEADER,
          in: "header",
          required: true,
          schema: jsonSchema(IdempotencyKey),
          example: "9a0b6e0e-8d0c-4d5b-a3f5-6f4e0c1d2b3a",
        },
        RazorpaySignature: {
          name: SIGNATURE_HEADER,
          in: "header",
          required: true,
          schema: {
            type: "string",
            description: "HMAC-SHA256 of the body's bytes with the webhook secret. A wrong one gets 401",
          },
          example: "0123456789abcdef".repeat(4),
        },
      },
      headers: {
        Allow: {
          description: "The methods that the path allows",
          required: true,
          schema: { type: "string" },
          example: "POST",
        },
        "Cache-Control": {
          description: "Answers must not be cached",
          required: true,
          schema: { const: "no-store" },
          example: "no-store",
        },
        "Retry-After": {
          description: "Seconds after which to send the same request, with the same `Idempotency-Key`, again",
          required: false,
          schema: { type: "integer", minimum: 1 },
          example: 10,
        },
        "X-Request-Id": {
          description: "The request's id in the logs",
          required: true,
          schema: { type: "string", minLength: 1 },
          example: "3f0b8a52-6f0e-4f5e-9a55-0f1d2c3b4a59",
        },
      },
    },
  };
}

/** JSON Schema without `$schema`: OpenAPI 3.1 uses that dialect by default. */
function jsonSchema(schema: z.core.$ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" });
  delete json.$schema;
  return json;
}
