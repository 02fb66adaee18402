/** Routes of the API. The app serves them and the OpenAPI document describes them. */
export const ROUTES = {
  health: { method: "get", path: "/health" },
  readiness: { method: "get", path: "/health/ready" },
  createPayment: { method: "post", path: "/payments/create" },
  webhook: { method: "post", path: "/payments/webhook" },
} as const;

/** Header of `POST /payments/create`: the same for every retry of a request. */
export const KEY_HEADER = "Idempotency-Key";

/** Header of `POST /payments/webhook`. @see https://razorpay.com/docs/webhooks/validate-test/ */
export const SIGNATURE_HEADER = "X-Razorpay-Signature";

/** Largest body in bytes: many times the largest webhook. */
export const BODY_BYTES = 64 * 1024;
