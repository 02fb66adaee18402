import type { Client } from "pg";
import { createApp } from "../../src/app/app";
import { QUERY_MS, RAZORPAY_MS, WAKING_MS } from "../../src/app/aws";
import { Database } from "../../src/app/database";
import { Razorpay } from "../../src/app/razorpay";
import { runCommand } from "../../src/database/command";
import { connect, connectionSettings } from "../../src/database/connection";
import { dev } from "../../src/config/environments";
import { SAMPLE_KEYS, SAMPLE_WEBHOOK_SECRET } from "../../tools/app/razorpay-stand-in";
import { SECRET_ARN, type SecureDatabase } from "../helpers/secure-database";
import { readAnswer, type Answer } from "./answer";
import type { Post } from "./payment-requests";

/** Name of the sessions of {@link appInProcess}. */
export const SESSION_NAME = "app under load";

/** The app, as it takes requests. */
export type App = ReturnType<typeof createApp>;

/** What an app in this process is made with. */
export interface InProcessOptions {
  /** Name of its database, which is made and migrated. */
  readonly name: string;
  /** Where Razorpay is. */
  readonly razorpayUrl: string;
  /** How many times faster than on Lambda it waits between two attempts at Razorpay. @default 1 */
  readonly haste?: number;
}

/** The app in this process, with sessions as on Lambda: over TLS, as the app's role, one for each request. */
export async function appInProcess(
  database: SecureDatabase,
  { name, razorpayUrl: url, haste = 1 }: InProcessOptions,
): Promise<App> {
  const settings = connectionSettings(await database.environment(name));
  const secret = database.secrets.values.get(SECRET_ARN) ?? "";
  const owner = await database.server.connect(await database.server.database(name));
  await runCommand(owner, { command: "migrate" }, { protectData: false });
  const sessions = new Database({
    connect: (sessionOptions) =>
      connect(settings, {
        applicationName: SESSION_NAME,
        sessionOptions,
        queryTimeoutMs: QUERY_MS,
        patienceMs: WAKING_MS,
        onWait: () => undefined,
        secret: () => Promise.resolve(secret),
      }),
  });
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds / haste);
    });
  const keys = (): Promise<typeof SAMPLE_KEYS> => Promise.resolve(SAMPLE_KEYS);
  const nothing = (): Promise<void> => Promise.resolve();
  return createApp({
    allowedOrigin: dev.apiAllowedOrigin,
    database: sessions,
    razorpay: new Razorpay({ url, keys, timeoutMs: RAZORPAY_MS, pause }),
    webhookSecret: () => Promise.resolve(SAMPLE_WEBHOOK_SECRET),
    checks: { configuration: nothing, secrets: nothing, database: nothing },
  });
}

/** Ends the sessions of every app in this process, as a failover does. */
export async function endSessions(client: Client): Promise<void> {
  await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [
    SESSION_NAME,
  ]);
}

/** Sends a request. */
export async function post(app: App, { path, headers, body }: Post): Promise<Answer> {
  return readAnswer(await app.request(path, { method: "POST", headers, body }, {}));
}
