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
import { isPaymentEvent, newsOf } from "./payments/news";
import { recordNews } from "./payments/webhook";
import { problems } from "./problems";
import type { Razorpay } from "./razorpay";
import { isSigned } from "./razorpay-signature";
import { readiness, type Checks } from "./readiness";
import { BODY_BYTES, KEY_HEADER, ROUTES, SIGNATURE_HEADER } from "./routes";
import { IdempotencyKey, MISSING, PaymentRequest, WebhookEvent, WebhookName } from "./schemas";

/** Milliseconds after which a caller is asked to retry, before API Gateway gives up at 29 seconds. */
const LONGEST_MS = 26_000;

/** Seconds that a browser may cache the answer to a CORS preflight. */
const PREFLIGHT_SECONDS = 7200;

/** Key and body of a payment request, checked together: one answer lists every problem. */
const PaymentCall = z.strictObject({ [KEY_HEADER]: IdempotencyKey, body: PaymentRequest });

/** What the app needs. */
export interface AppDependencies {
  /** The one origin that browsers may call from. @default - none */
  readonly allowedOrigin: string | undefined;
  readonly database: Database;
  readonly razorpay: Razorpay;
  /** Secret that Razorpay signs its events with. `afterRefusal`: read it again, with a limit on how often. */
  readonly webhookSecret: (afterRefusal: boolean) => Promise<string>;
  /** Checks of readiness. */
  readonly checks: Checks;
}

/** Hono's environment of a request. */
interface Environment {
  readonly Bindings: { readonly requestContext?: Pick<APIGatewayProxyEvent["requestContext"], "requestId"> };
  readonly Variables: { requestId: string };
}

type Request = Context<Environment>;

/**
 * The app behind the API.
 *
 * Nothing that a caller sends is logged: a path with a word that an alarm counts would raise the alarm. The access log
 * has the path, under the same request id.
 */
export function createApp({ allowedOrigin = "", ...dependencies }: AppDependencies): Hono<Environment> {
  const { checks, database, razorpay, webhookSecret } = dependencies;
  const app = new Hono<Environment>();
  app.use(async (c, next) => {
    // Only Lambda provides an environment.
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
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES,
      onError: () => {
        throw problems.tooLarge();
      },
    }),
  );
  app.onError((error, c) => answerOf(error, c.get("requestId")));
  app.notFound((c) => problems.noRoute(c.req.path).response());

  app.get(ROUTES.health.path, (c) => c.json({ status: "ok" }));
  app.get(ROUTES.readiness.path, async (c) => {
    const result = await readiness(checks, c.get("requestId"));
    return c.json(result, result.status === "ok" ? 200 : 503);
  });
  app.use("/payments/*", (_, next) => withDeadline(next(), LONGEST_MS, problems.tooSlow));
  app.post(ROUTES.createPayment.path, async (c) => {
    const { [KEY_HEADER]: idempotencyKey, body } = validate(PaymentCall, {
      [KEY_HEADER]: c.req.header(KEY_HEADER),
      body: await readJson(c),
    });
    const requestId = c.get("requestId");
    return c.json(await createPayment(database, razorpay, { ...body, idempotencyKey, requestId }), 201);
  });
  app.post(ROUTES.webhook.path, async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    if (!(await isFromRazorpay(body, c.req.header(SIGNATURE_HEADER), webhookSecret))) {
      log(LEVELS.warning, "received a webhook without Razorpay's signature", { requestId: c.get("requestId") });
      throw problems.notSigned();
    }
    const received = await readJson(c);
    const { event } = validate(WebhookName, received);
    const news = isPaymentEvent(event) ? newsOf(validate(WebhookEvent, received), c.get("requestId")) : undefined;
    const recorded = news !== undefined && (await recordNews(database, news));
    return c.json({ status: recorded ? "recorded" : "ignored" });
  });
  refuseOtherMethods(app);
  return app;
}

/** Answers every other method of a path with the methods that it allows. */
function refuseOtherMethods(app: Hono<Environment>): void {
  const routes = app.routes.filter(({ method }) => method !== METHOD_NAME_ALL);
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method);
    const allow = [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : [])].join(", ");
    app.all(path, (c) => {
      throw problems.methodNotAllowed(c.req.method, allow);
    });
  }
}

async function isFromRazorpay(
  body: Uint8Array,
  signature: string | undefined,
  secret: AppDependencies["webhookSecret"],
): Promise<boolean> {
  return (
    isSigned(body, signature, await secret(false)) ||
    // The secret may have been rotated.
    (signature !== undefined && isSigned(body, signature, await secret(true)))
  );
}

async function readJson(c: Request): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    throw problems.notJson();
  }
  try {
    return await c.req.json();
  } catch {
    throw problems.invalidJson();
  }
}

/** @throws Problem 422 that says what each wrong field should be, without repeating what was received */
function validate<T extends z.ZodMiniType>(schema: T, value: unknown): z.infer<T> {
  const { success, data, error } = z.safeParse(schema, value, { error: () => MISSING });
  if (success) {
    return data;
  }
  const wrong = error.issues.map(({ code, path, message }) => {
    const what = code === "unrecognized_keys" ? "no other fields" : message;
    return `${path.length === 0 ? "body" : path.join(".")}: ${what}`;
  });
  throw problems.invalidFields(wrong);
}
