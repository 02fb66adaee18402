import { CHECK_SECONDS } from "../../../src/functions/app/readiness";
import { PROBLEMS, STATUS_MEANINGS, type ProblemBody } from "./openapi-problems";

/** Names of the schemas that the document has, as `src/functions/app/schemas.ts` calls them. */
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
  /** By name; what each is stands in the components. */
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
const BODY_PROBLEMS = ["noJson", "otherMethod", "tooLarge", "noJsonType", "unforeseen"] as const;

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

/** Everything that can be called, by path and method. */
export const OPERATIONS: Readonly<Record<string, Readonly<Partial<Record<"get" | "post", Operation>>>>> = {
  "/health": {
    get: {
      operationId: "health",
      summary: "Whether the app runs",
      description:
        "Looks at nothing else, so that a paused database goes on sleeping. `HEAD` gets the same, without body.",
      responses: {
        200: success("The app runs.", "Health", { running: { status: "ok" } }),
        ...problems("otherMethod"),
      },
    },
  },
  "/health/ready": {
    get: {
      operationId: "readiness",
      summary: "Whether everything is there that requests need",
      description:
        `Looks at configuration, secrets and database at once, ${String(CHECK_SECONDS)} seconds at most each. ` +
        "It wakes a paused database. `HEAD` gets the same, without body.",
      responses: {
        200: success("All of it is there.", "Readiness", { ready: READY }),
        ...problems("otherMethod"),
        503: success("What has failed is named.", "Readiness", { asleep: NOT_READY }),
      },
    },
  },
  "/payments/create": {
    post: {
      operationId: "createPayment",
      summary: "Create a payment of an order",
      description:
        "Makes an order at Razorpay, which the checkout is opened with. The same `Idempotency-Key` with the same body " +
        "is the same payment and gets the same answer, however often it is sent and wherever an earlier attempt ended.",
      parameters: [{ $ref: "#/components/parameters/IdempotencyKey" }],
      requestBody: { required: true, content: json("PaymentRequest", { sampleOrder: ASKED }) },
      responses: {
        201: success("The payment can be made.", "PaymentAnswer", { created: CREATED }),
        ...problems(
          ...BODY_PROBLEMS,
          "wrongFields",
          "noOrder",
          "notPayable",
          "wrongCurrency",
          "wrongAmount",
          "tooLittle",
          "keyReused",
          "refused",
          "unavailable",
          "waking",
          "noKeys",
        ),
      },
    },
  },
  "/payments/webhook": {
    post: {
      operationId: "takeWebhook",
      summary: "Take what Razorpay tells of a payment",
      description:
        "For Razorpay alone. An attempt to pay moves from `failed` over `authorized` and `captured` to `refunded`, never " +
        "back; a repetition changes nothing. The first attempt that is captured confirms the order.",
      parameters: [{ $ref: "#/components/parameters/RazorpaySignature" }],
      requestBody: { required: true, content: json("WebhookEvent", { captured: CAPTURED }) },
      responses: {
        200: success("Nothing has to be sent again.", "WebhookAnswer", {
          recorded: { status: "recorded" },
          ignored: { status: "ignored" },
        }),
        ...problems(...BODY_PROBLEMS, "wrongEvent", "notSigned", "waking", "noKeys"),
      },
    },
  },
};

function success(description: string, schema: SchemaName, examples: Examples): Answer {
  return { description, headers: headers(), content: json(schema, examples) };
}

/** Answers that are problem details, by status. */
function problems(...names: readonly (keyof typeof PROBLEMS)[]): Record<string, Answer> {
  const byStatus = new Map<number, Record<string, ProblemBody>>();
  for (const name of names) {
    const { status } = PROBLEMS[name];
    byStatus.set(status, { ...byStatus.get(status), [name]: PROBLEMS[name] });
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
