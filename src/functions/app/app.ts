import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { METHOD_NAME_ALL } from "hono/router";
import * as z from "zod/mini";
import { log } from "../../shared/log";
import { LEVELS } from "../../shared/log-words";
import type { Database } from "./database";
import { withDeadline } from "./deadline";
import { answerOf } from "./error-answer";
import { createPayment } from "./payments/create";
import { concernsPayments, newsOf } from "./payments/news";
import { recordNews } from "./payments/webhook";
import { Problem, tryAgain } from "./problem";
import type { Razorpay } from "./razorpay";
import { isSigned } from "./razorpay-signature";
import { readiness, type Checks } from "./readiness";
import { IdempotencyKey, PaymentRequest, WebhookEvent, WebhookName, type PaymentAnswer } from "./schemas";

/** Bytes of a body: many times what the largest webhook has. */
const BODY_BYTES = 64 * 1024;

/** Milliseconds after which a caller is told when to come back, before API Gateway gives up at 29 seconds. */
const LONGEST_MS = 26_000;

const RETRY_LATE_SECONDS = 10;

/** Seconds that a browser may keep a preflight's answer. */
const PREFLIGHT_SECONDS = 7200;

const KEY_HEADER = "Idempotency-Key";

/** What a payment is created from: one answer says all that is wrong with it. */
const PaymentCall = z.strictObject({ [KEY_HEADER]: IdempotencyKey, body: PaymentRequest });

/** What the app works with. */
export interface AppDependencies {
  /** The one origin that browsers may call from. @default - none may */
  readonly allowedOrigin: string | undefined;
  readonly database: Database;
  readonly razorpay: Razorpay;
  /** Secret that Razorpay signs its events with; read anew where an event was signed with another, but not each time. */
  readonly webhookSecret: (afterRefusal: boolean) => Promise<string>;
  /** What readiness looks at. */
  readonly checks: Checks;
}

/** What a request brings along on Lambda. */
interface Environment {
  readonly Bindings: { readonly requestContext?: Pick<APIGatewayProxyEvent["requestContext"], "requestId"> };
  readonly Variables: { requestId: string };
}

type Request = Context<Environment>;

/**
 * The app behind the API.
 *
 * Nothing that a caller writes is logged: a path that contains a word of an alarm would raise it. The access log has
 * the path, under the same request id.
 */
export function createApp({ allowedOrigin = "", ...dependencies }: AppDependencies): Hono<Environment> {
  const { checks, database, razorpay, webhookSecret } = dependencies;
  const app = new Hono<Environment>();
  app.use(async (c, next) => {
    // Only on Lambda is there an environment.
    const env = c.env as Environment["Bindings"] | undefined;
    c.set("requestId", env?.requestContext?.requestId ?? randomUUID());
    await next();
    c.header("Cache-Control", "no-store");
    c.header("X-Request-Id", c.get("requestId"));
    log(LEVELS.info, "request", { requestId: c.get("requestId"), method: c.req.method, status: c.res.status });
  });
  app.use(
    cors({
      origin: allowedOrigin,
      allowMethods: ["GET", "POST"],
      allowHeaders: ["Content-Type", KEY_HEADER],
      exposeHeaders: ["Retry-After", "X-Request-Id"],
      maxAge: PREFLIGHT_SECONDS,
    }),
  );
  app.use(bodyLimit({ maxSize: BODY_BYTES, onError: tooLarge }));
  app.onError((error, c) => answerOf(error, c.get("requestId")));
  app.notFound((c) => new Problem(404, "Not Found", `There is nothing at ${c.req.path}.`).response());

  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/health/ready", async (c) => {
    const result = await readiness(checks, c.get("requestId"));
    return c.json(result, result.status === "ok" ? 200 : 503);
  });
  app.use("/payments/*", (_, next) =>
    withDeadline(next(), LONGEST_MS, () => tryAgain(RETRY_LATE_SECONDS, "It takes longer than usual.")),
  );
  app.post("/payments/create", async (c) => {
    const { [KEY_HEADER]: idempotencyKey, body } = valid(PaymentCall, {
      [KEY_HEADER]: c.req.header(KEY_HEADER),
      body: await json(c),
    });
    const { order_id: orderId, amount } = body;
    const requestId = c.get("requestId");
    const created = await createPayment(database, razorpay, { orderId, amount, idempotencyKey, requestId });
    const answer: z.infer<typeof PaymentAnswer> = {
      payment_id: created.paymentId,
      razorpay_order_id: created.razorpayOrderId,
      amount: created.amount,
      currency: created.currency,
    };
    return c.json(answer, 201);
  });
  app.post("/payments/webhook", async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (!(await isRazorpays(body, c.req.header("X-Razorpay-Signature"), webhookSecret))) {
      log(LEVELS.warning, "a webhook without Razorpay's signature", { requestId: c.get("requestId") });
      throw new Problem(401, "Not Signed", "The signature is not Razorpay's.");
    }
    const received = await json(c);
    const { event } = valid(WebhookName, received);
    const news = concernsPayments(event) ? newsOf(valid(WebhookEvent, received), c.get("requestId")) : undefined;
    const recorded = news !== undefined && (await recordNews(database, news));
    return c.json({ status: recorded ? "recorded" : "ignored" });
  });
  refuseOtherMethods(app);
  return app;
}

/** Answers every method that a path does not take, and says which it takes. */
function refuseOtherMethods(app: Hono<Environment>): void {
  const routes = app.routes.filter(({ method }) => method !== METHOD_NAME_ALL);
  for (const path of new Set(routes.map((route) => route.path))) {
    const taken = routes.filter((route) => route.path === path).map(({ method }) => method);
    const allow = [...taken, ...(taken.includes("GET") ? ["HEAD"] : [])].join(", ");
    app.all(path, (c) => {
      throw new Problem(405, "Method Not Allowed", `${c.req.method} is not for this path.`, {
        headers: { Allow: allow },
      });
    });
  }
}

async function isRazorpays(
  body: Uint8Array,
  signature: string | undefined,
  secret: AppDependencies["webhookSecret"],
): Promise<boolean> {
  return (
    isSigned(body, signature, await secret(false)) ||
    // It may have been rotated.
    (signature !== undefined && isSigned(body, signature, await secret(true)))
  );
}

function tooLarge(): never {
  throw new Problem(413, "Content Too Large", `A body has at most ${String(BODY_BYTES)} bytes.`);
}

async function json(c: Request): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    throw new Problem(415, "Unsupported Media Type", "Send JSON, as Content-Type: application/json.");
  }
  try {
    return await c.req.json();
  } catch {
    throw new Problem(400, "Bad Request", "The body is no JSON.");
  }
}

/** @throws Problem 422 that says of everything that is wrong what it should be; what was received is not in it */
function valid<T extends z.ZodMiniType>(schema: T, value: unknown): z.infer<T> {
  const { success, data, error } = z.safeParse(schema, value, { error: () => "missing, or not as documented" });
  if (success) {
    return data;
  }
  const wrong = error.issues.map(({ code, path, message }) => {
    const what = code === "unrecognized_keys" ? "no other fields" : message;
    return `${path.length === 0 ? "body" : path.join(".")}: ${what}`;
  });
  throw new Problem(422, "Unprocessable Content", `What was sent is not as it should be. ${wrong.join("; ")}.`);
}
