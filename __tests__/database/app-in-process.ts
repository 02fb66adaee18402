import { setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { createApp } from "../../src/functions/app/app";
import { awsDependencies, SESSION_NAME } from "../../src/functions/app/aws";
import { RAZORPAY_SECRET_VARIABLE } from "../../src/shared/variables";
import { Razorpay } from "../../src/functions/app/razorpay";
import { runDatabaseCommand } from "../../src/database/command";
import { SAMPLE_KEYS } from "../../tools/develop/local-app/razorpay-stand-in";
import { RAZORPAY_ARN, razorpaySecret } from "../helpers/razorpay";
import type { SecureDatabase } from "../helpers/secure-database";
import { readAnswer, type Answer } from "./answer";
import type { Post } from "./payment-requests";

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

/**
 * The app in this process, as it runs on Lambda, but for its impatience with Razorpay. The SDK's variables are set for the
 * whole process.
 */
export async function appInProcess(
  database: SecureDatabase,
  { name, razorpayUrl: url, haste = 1 }: InProcessOptions,
): Promise<App> {
  database.secrets.values.set(RAZORPAY_ARN, razorpaySecret(SAMPLE_KEYS));
  const env = { ...(await database.environment(name)), [RAZORPAY_SECRET_VARIABLE]: RAZORPAY_ARN };
  Object.assign(process.env, database.secrets.env);
  const owner = await database.server.connect(await database.server.database(name));
  await runDatabaseCommand(owner, { command: "migrate" }, { protectData: false });
  const pause = (milliseconds: number): Promise<void> => setTimeout(milliseconds / haste);
  const keys = (): Promise<typeof SAMPLE_KEYS> => Promise.resolve(SAMPLE_KEYS);
  return createApp({ ...awsDependencies(env), razorpay: new Razorpay({ url, keys, pause }) });
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
