import { CHECK_SECONDS } from "../../../src/functions/app/readiness";
import type { ProblemBody } from "../../../src/functions/app/problem";
import { ROUTES } from "../../../src/functions/app/routes";
import { EXAMPLES, STATUS_MEANINGS } from "./openapi-problems";

/** Names of the document's schemas, as in `src/functions/app/schemas.ts`. */
export type SchemaName =
  "Health" | "PaymentAnswer" | "PaymentRequest" | "ProblemDetails" | "Readiness" | "WebhookAnswer" | "WebhookEvent";

/** A body, with examples by name. */
export interface Content {
  readonly schema: { readonly $ref: string };
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}

/** An answer. @see https://spec.openapis.org/oas/v3.1.1.html#response-object */
export interface Answer {
  readonly description: string;
  /** By name; the components describe each. */
  readonly headers: Readonly<Record<string, { readonly $ref: string }>>;
  /** By content type. */
  readonly content: Readonly<Record<string, Content>>;
}

/** An operation. @see https://spec.openapis.org/oas/v3.1.1.html#operation-object */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly { readonly $ref: string }[];
  readonly requestBody?: { readonly required: true; readonly content: Readonly<Record<string, Content>> };
  /** By status. */
  readonly responses: Readonly<Record<string, Answer>>;
}

type Examples = Readonly<Record<string, unknown>>;

/** Problems of every request with a body. */
const BODY_PROBLEMS = ["invalidJson", "methodNotAllowed", "tooLarge", "notJson", "unexpected"] as const;

const READY = {
  status: "ok",
  checks: { configuration: { status: "ok" }, secrets: { status: "ok" }, database: { status: "ok" } },
};

const NOT_READY = {
  status: "failed",
  checks: { ...READY.checks, database: { status: "failed", detail: "the database does not answer" } },
};

const ASKED = { order_id: "00000000-0000-4000-8000-000000000402", amount: "1250.00" };

const CREATED = {
  payment_id: "4a4cd8a7-bd1c-4d93-bd0c-4ec4d7a2f1f5",
  razorpay_order_id: "order_EKwxwAgItmmXdp",
  amount: "1250.00",
  currency: "INR",
};

const CAPTURED = {
  event: "payment.captured",
  payload: {
    payment: {
      entity: {
        id: "pay_EKx1BZ8WkGVPQp",
        order_id: "order_EKwxwAgItmmXdp",
        amount: 125_000,
        currency: "INR",
        status: "captured",
        error_code: null,
      },
    },
  },
};

/** Every operation, by path and method. */
export const OPERATIONS: Readonly<Record<string, Readonly<Partial<Record<"get" | "post", Operation>>>>> = {
  [ROUTES.health.path]: {
    [ROUTES.health.method]: {
      operationId: "health",
      summary: "Whether the app runs",
      description: "Checks nothing else, so a paused database stays paused. `HEAD` gets the same without a body.",
      responses: {
        200: success("The app runs.", "Health", { running: { status: "ok" } }),
        ...problems("methodNotAllowed"),
      },
    },
  },
  [ROUTES.readiness.path]: {
    [ROUTES.readiness.method]: {
      operationId: "readiness",
      summary: "Whether everything that requests need is available",
      description:
        `Checks configuration, secrets and database at the same time, each for ${String(CHECK_SECONDS)} seconds at most. ` +
        "It wakes a paused database. `HEAD` gets the same without a body.",
      responses: {
        200: success("Everything is available.", "Readiness", { ready: READY }),
        ...problems("methodNotAllowed"),
        503: success("Something failed; the checks say what.", "Readiness", { asleep: NOT_READY }),
      },
    },
  },
  [ROUTES.createPayment.path]: {
    [ROUTES.createPayment.method]: {
      operationId: "createPayment",
      summary: "Create a payment for an order",
      description:
        "Creates the order at Razorpay that its checkout needs. The same `Idempotency-Key` with the same body is the same " +
        "payment and gets the same answer, however often it is sent and wherever an earlier attempt stopped.",
      parameters: [{ $ref: "#/components/parameters/IdempotencyKey" }],
      requestBody: { required: true, content: json("PaymentRequest", { sampleOrder: ASKED }) },
      responses: {
        201: success("The payment was created.", "PaymentAnswer", { created: CREATED }),
        ...problems(
          ...BODY_PROBLEMS,
          "invalidFields",
          "noOrder",
          "orderNotPayable",
          "wrongCurrency",
          "wrongAmount",
          "amountTooSmall",
          "keyReused",
          "providerRefused",
          "providerUnavailable",
          "databaseWaking",
          "paymentsNotSetUp",
        ),
      },
    },
  },
  [ROUTES.webhook.path]: {
    [ROUTES.webhook.method]: {
      operationId: "takeWebhook",
      summary: "Receive an event from Razorpay",
      description:
        "For Razorpay only. An attempt to pay moves from `failed` through `authorized` and `captured` to `refunded`, never " +
        "back; a repetition changes nothing. The first captured attempt confirms the order.",
      parameters: [{ $ref: "#/components/parameters/RazorpaySignature" }],
      requestBody: { required: true, content: json("WebhookEvent", { captured: CAPTURED }) },
      responses: {
        200: success("Razorpay need not send the event again.", "WebhookAnswer", {
          recorded: { status: "recorded" },
          ignored: { status: "ignored" },
        }),
        ...problems(...BODY_PROBLEMS, "invalidEvent", "notSigned", "databaseWaking", "paymentsNotSetUp"),
      },
    },
  },
};

function success(description: string, schema: SchemaName, examples: Examples): Answer {
  return { description, headers: headers(), content: json(schema, examples) };
}

/** Answers that are problem details, by status. */
function problems(...names: readonly (keyof typeof EXAMPLES)[]): Record<string, Answer> {
  const byStatus = new Map<number, Record<string, ProblemBody>>();
  for (const name of names) {
    const body = EXAMPLES[name].body();
    byStatus.set(body.status, { ...byStatus.get(body.status), [name]: body });
  }
  return Object.fromEntries(
    [...byStatus].map(([status, examples]) => [
      String(status),
      {
        description: STATUS_MEANINGS[status] ?? "",
        headers: headers(...(status === 405 ? ["Allow"] : []), ...(status === 503 ? ["Retry-After"] : [])),
        content: { "application/problem+json": content("ProblemDetails", examples) },
      },
    ]),
  );
}

function headers(...more: readonly string[]): Answer["headers"] {
  return Object.fromEntries(
    ["Cache-Control", "X-Request-Id", ...more].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
}

function json(schema: SchemaName, examples: Examples): Record<string, Content> {
  return { "application/json": content(schema, examples) };
}

function content(schema: SchemaName, examples: Examples): Content {
  return {
    schema: { $ref: `#/components/schemas/${schema}` },
    examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
  };
}
