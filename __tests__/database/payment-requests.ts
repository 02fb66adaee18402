import { createHmac } from "node:crypto";
import { SAMPLE_WEBHOOK_SECRET } from "../../tools/develop/local-app/razorpay-stand-in";
import type { DeployedApp } from "./deployed-app";

/** `public_id` of the order of the sample data that waits for its payment; it amounts to 1250.00. */
export const SAMPLE_ORDER = "00000000-0000-4000-8000-000000000402";

export const JSON_TYPE = { "Content-Type": "application/json" };

/** A request with a body, by POST. */
export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A request that creates a payment. */
export function creation(order: string, amount: string, key: string): Post {
  const headers = { ...JSON_TYPE, "Idempotency-Key": key };
  return { path: "/payments/create", headers, body: JSON.stringify({ order_id: order, amount }) };
}

/** A webhook of that body, signed as Razorpay signs it. */
export function signed(body: string | Buffer, secret = SAMPLE_WEBHOOK_SECRET): Post {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  return { path: "/payments/webhook", headers: { ...JSON_TYPE, "X-Razorpay-Signature": signature }, body };
}

/** A payment that was created. */
export interface Created {
  readonly payment_id: string;
  readonly razorpay_order_id: string;
  readonly amount: string;
}

/** Creates a payment, and looks that it was created. */
export async function created(app: DeployedApp, request: Post): Promise<Created> {
  const { status, body } = await app.ask(request);
  expect({ status, body }).toEqual({ status: 201, body });
  return body as Created;
}

/** Problem details, in a test of equality. */
export function problem(status: number, title: string): object {
  return { title, status, detail: expect.stringMatching(/^[A-Z].*\.$/) as string };
}
