import type { Client } from "pg";
import { connect, ConnectionFailure, connectionSettings } from "../../database/connection";
import { readSecret } from "../../shared/secrets-manager";
import { log } from "../../shared/log";
import { LEVELS } from "../../shared/log-words";
import type { AppDependencies } from "./app";
import { awsChecks } from "./aws-checks";
import { Database } from "./database";
import { ALLOWED_ORIGIN_VARIABLE, RAZORPAY_URL_VARIABLE } from "../../shared/variables";
import { reasonOf } from "./error-answer";
import { Razorpay } from "./razorpay";
import { razorpayArn, razorpaySecretIn, type RazorpaySecret } from "./razorpay-secret";
import { SecretCache } from "./secret-cache";

/** Milliseconds that a request waits for a database that is waking up. */
const REQUEST_WAKING_MS = 8_000;

/** Milliseconds after which a query without an answer is abandoned: more than a statement may take. */
const QUERY_MS = 6_000;

/** Least milliseconds between two reads of the webhook secret. Anybody can send a wrong signature. */
const WEBHOOK_SECRET_MS = 30_000;

/** Name of the app's sessions in the database. */
export const SESSION_NAME = "aleenascuisine-app";

/**
 * The app's dependencies on Lambda. Nothing is read or connected to before a request needs it, so the first answer is
 * quick. A secret is kept for minutes, and read again when its value is refused.
 *
 * @param env - environment variables of the function
 */
export function awsDependencies(env: NodeJS.ProcessEnv): AppDependencies {
  const secrets = new SecretCache({
    read: readSecret,
    onFailure: (error) => {
      log(LEVELS.error, "the webhook secret could not be read again", { reason: reasonOf(error) });
    },
  });
  const last = { text: "" };
  const razorpaySecret = async (afterRefusal: boolean): Promise<RazorpaySecret> => {
    const arn = razorpayArn(env);
    last.text = await (afterRefusal ? secrets.textAfter(arn, last.text) : secrets.text(arn));
    return razorpaySecretIn(last.text);
  };
  const webhookSecret = async (afterRefusal: boolean): Promise<string> => {
    const arn = razorpayArn(env);
    const text = await (afterRefusal ? secrets.renewed(arn, WEBHOOK_SECRET_MS) : secrets.text(arn));
    return razorpaySecretIn(text).webhookSecret;
  };
  const database = new Database({ connect: (sessionOptions) => openSession(env, secrets, sessionOptions) });
  return {
    allowedOrigin: env[ALLOWED_ORIGIN_VARIABLE],
    database,
    razorpay: new Razorpay({ url: env[RAZORPAY_URL_VARIABLE], keys: razorpaySecret }),
    webhookSecret,
    checks: awsChecks({ env, secrets, database, razorpaySecret: () => razorpaySecret(false) }),
  };
}

async function openSession(env: NodeJS.ProcessEnv, secrets: SecretCache, sessionOptions: string): Promise<Client> {
  const settings = connectionSettings(env);
  const text = await secrets.text(settings.secretArn);
  const attempt = (secret: string): Promise<Client> =>
    connect(settings, {
      applicationName: SESSION_NAME,
      sessionOptions,
      patienceMs: REQUEST_WAKING_MS,
      queryTimeoutMs: QUERY_MS,
      // A wait that is too long is logged with its request.
      onWait: () => undefined,
      secret: () => Promise.resolve(secret),
    });
  try {
    return await attempt(text);
  } catch (error) {
    if (error instanceof ConnectionFailure && error.reason === "refused credentials") {
      return attempt(await secrets.textAfter(settings.secretArn, text));
    }
    throw error;
  }
}
