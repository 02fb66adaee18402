import * as z from "zod/mini";
import { RUPEES } from "./money";

/** Format of each field, for the OpenAPI document and for callers who send something else. */
export const FORMS = {
  order: "a UUID, the `public_id` of the order to pay",
  amount: "the total of the order, as text: rupees with two decimals, such as `2610.00`",
  key: "16 to 255 visible ASCII characters such as a UUID, new for each payment and the same when a request is retried",
};

/** Problem of any other field. */
export const MISSING = "missing, or not as documented";

/** Body of `POST /payments/create`. The API document is generated from it. */
export const PaymentRequest = z.strictObject(
  {
    order_id: z.uuid(FORMS.order).check(z.describe(FORMS.order)),
    amount: z.string(FORMS.amount).check(z.regex(RUPEES, FORMS.amount), z.describe(FORMS.amount)),
  },
  "a JSON object with order_id and amount",
);

/** Header `Idempotency-Key`. @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
export const IdempotencyKey = z
  .string(FORMS.key)
  .check(z.regex(/^[\x21-\x7e]{16,255}$/, FORMS.key), z.describe(FORMS.key));

/** Answer of `POST /payments/create`: what Razorpay's checkout needs. */
export const PaymentAnswer = z.strictObject({
  payment_id: z.uuid().check(z.describe("This payment")),
  razorpay_order_id: z.string().check(z.describe("`order_id` of Razorpay's checkout")),
  amount: z.string().check(z.describe("Rupees with two decimals")),
  currency: z.string().check(z.describe("ISO 4217")),
});

/** The part that every event has. */
export const WebhookName = z.object({ event: z.string() });

/** Body of `POST /payments/webhook`: the fields that are read. @see https://razorpay.com/docs/webhooks/payloads/payments/ */
export const WebhookEvent = z.object({
  event: z
    .string()
    .check(z.describe("Such as `payment.captured`. Events that are not about a payment's status are ignored")),
  payload: z.optional(
    z.object({
      payment: z.optional(
        z.object({
          entity: z.object({
            id: z.string(),
            order_id: z.nullish(z.string()),
            amount: z.int().check(z.describe("Paise")),
            currency: z.string(),
            status: z.string(),
            error_code: z.nullish(z.string()),
          }),
        }),
      ),
    }),
  ),
});

/** Answer of `POST /payments/webhook`. */
export const WebhookAnswer = z.strictObject({
  status: z
    .enum(["recorded", "ignored"])
    .check(z.describe("`ignored` if nothing changed: a repeated event, an older status, another kind of event")),
});

/** Answer of `GET /health`. */
export const Health = z.strictObject({ status: z.literal("ok") });

const Check = z.strictObject({
  status: z.enum(["ok", "failed"]),
  detail: z.optional(z.string().check(z.describe("What failed, without secrets"))),
});

/** Answer of `GET /health/ready`. */
export const Readiness = z.strictObject({
  status: z.enum(["ok", "failed"]),
  checks: z.strictObject({ configuration: Check, secrets: Check, database: Check }),
});

/** Every error answer. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemDetails = z.strictObject({ title: z.string(), status: z.int(), detail: z.string() });
