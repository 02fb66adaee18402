import { randomUUID } from "node:crypto";
import { relative } from "node:path";
import type { Client } from "pg";

import { runDatabaseCommand } from "../../../src/database/command";
import { UserError } from "../../../src/shared/user-error";
import { cleaningUp } from "../../shared/process/interrupt";
import type { Run } from "../../shared/terminal/command";
import { enterLocalDatabase } from "../../shared/postgres/local-database";
import { listen, LOCAL_ORIGIN, localApp } from "./local-app";
import { startRazorpayStandIn } from "./razorpay-stand-in";

/** Also in the usage in tools/commands/app.ts. */
const DEFAULT_PORT = 3001;

/** `public_id` of the sample order that waits for its payment. */
const SAMPLE_ORDER = "00000000-0000-4000-8000-000000000402";

/** Runs `npm run app`. */
export const run: Run = async (_line, { env }) => {
  const port = portOf(env.PORT);
  return cleaningUp("at once", async (onExit) => {
    const { client, folder } = await enterLocalDatabase("npm run app", onExit);
    for (const command of ["migrate", "seed"] as const) {
      (await runDatabaseCommand(client, { command }, { protectData: false })).forEach(tell);
    }
    const amount = await awaitPayment(client);
    const razorpay = await startRazorpayStandIn();
    onExit(() => razorpay.close());
    const { app, endRequests } = localApp({ client, razorpay });
    onExit(endRequests);
    const { url, close } = await listen(app, port);
    onExit(close);
    tell(`
App        ${url}, for pages of ${LOCAL_ORIGIN}
Database   ${client.database ?? ""} in ${relative(process.cwd(), folder)}; look into it with npm run db -- shell
Razorpay   a stand-in at ${razorpay.url}; no money moves

Create a payment of the sample order:
  ${creation(url, amount)}
Have Razorpay report that it was paid; ORDER is the razorpay_order_id of the answer:
  curl -i -X POST ${url}/stand-in/payment.captured/ORDER

Ctrl-C stops all of it.
`);
    return untilInterrupted();
  });
};

/** @throws UserError when the text is not a port */
function portOf(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_PORT : Number(text);
  if (text === "" || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UserError(`PORT is "${text ?? ""}": write a number from 1 to 65535, or 0 for any free port.`);
  }
  return port;
}

/**
 * Resets the sample order to wait for its payment, in case it was paid in an earlier run.
 *
 * @returns its total, in rupees with two decimals
 */
async function awaitPayment(client: Client): Promise<string> {
  const { rows } = await client.query<{ total_amount: string }>(
    `UPDATE orders SET status = 'pending', cancelled_at = NULL, deleted_at = NULL WHERE public_id = $1
     RETURNING total_amount`,
    [SAMPLE_ORDER],
  );
  return rows[0]?.total_amount ?? "";
}

/** A line to copy, which also works after a restart: its key is new with each start. */
function creation(url: string, amount: string): string {
  return [
    `curl -i ${url}/payments/create`,
    "-H 'Content-Type: application/json'",
    `-H 'Idempotency-Key: ${randomUUID()}'`,
    `-d '${JSON.stringify({ order_id: SAMPLE_ORDER, amount })}'`,
  ].join(" ");
}

function untilInterrupted(): Promise<never> {
  return new Promise(() => undefined);
}

function tell(line: string): void {
  console.log(line);
}
