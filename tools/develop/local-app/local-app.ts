import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Client } from "pg";
import { createApp } from "../../../src/functions/app/app";
import { Database } from "../../../src/functions/app/database";
import { Problem } from "../../../src/functions/app/problem";
import { Razorpay } from "../../../src/functions/app/razorpay";
import { UserError } from "../../../src/shared/user-error";
import { SESSION_OPTIONS } from "../../../src/database/connection";
import { openSession } from "../../shared/postgres/session";
import { SAMPLE_KEYS, SAMPLE_WEBHOOK_SECRET, type RazorpayStandIn } from "./razorpay-stand-in";
import { EVENTS } from "./razorpay-shapes";

/** Only this machine reaches the app. */
const HOST = "127.0.0.1";

/** Origin of a front end on this machine: the handover's default of `ApiAllowedOrigin`. */
export const LOCAL_ORIGIN = "http://localhost:3000";

/** Milliseconds for the session of an aborted request to end. */
const ENDING_MS = 5_000;

/** Name of the sessions that requests open; unique to this `npm run app`. */
const SESSION_NAME = `npm run app, request, ${String(process.pid)}`;

/** The app's dependencies on this machine. */
export interface LocalServices {
  /** Session of the database's owner. Requests get their own sessions with its settings. */
  readonly client: Client;
  readonly razorpay: RazorpayStandIn;
}

/** The app on this machine. */
export interface LocalApp {
  /** The app as on Lambda, with a further path by which the stand-in for Razorpay sends a webhook. */
  readonly app: Hono;
  /** Ends the sessions of aborted requests, and waits until they are gone: they keep the server running. */
  readonly endRequests: () => Promise<void>;
}

/** Creates the app on services of this machine. */
export function localApp({ client, razorpay }: LocalServices): LocalApp {
  const connecting = new Set<Promise<Client>>();
  const connect = async (sessionOptions: string): Promise<Client> => {
    const session = sessionLike(client, sessionOptions);
    connecting.add(session);
    try {
      return await session;
    } finally {
      connecting.delete(session);
    }
  };
  const database = new Database({ connect });
  const app = createApp({
    allowedOrigin: LOCAL_ORIGIN,
    database,
    razorpay: new Razorpay({ url: razorpay.url, keys: () => Promise.resolve(SAMPLE_KEYS) }),
    webhookSecret: () => Promise.resolve(SAMPLE_WEBHOOK_SECRET),
    checks: {
      configuration: () => Promise.resolve(),
      secrets: () => Promise.resolve(),
      database: () =>
        database.session(async (session) => {
          await session.query("SELECT");
        }),
    },
  });
  const local = new Hono();
  local.post("/stand-in/:event/:order", (c) => {
    const { event, order } = c.req.param();
    const known = EVENTS.find((one) => one === event);
    if (known === undefined || !razorpay.orders.some(({ id }) => id === order)) {
      const detail = `Write one of ${EVENTS.join(", ")}, and a razorpay_order_id that was created since the start.`;
      return new Problem(404, "Not Found", detail).response();
    }
    const { body, headers } = razorpay.webhook(known, order);
    return app.request("/payments/webhook", { method: "POST", body, headers }, {});
  });
  local.all("*", (c) => app.fetch(c.req.raw, {}));
  return {
    app: local,
    endRequests: async () => {
      await Promise.allSettled(connecting);
      await client.query("SELECT pg_terminate_backend(pid, $2) FROM pg_stat_activity WHERE application_name = $1", [
        SESSION_NAME,
        ENDING_MS,
      ]);
    },
  };
}

function sessionLike({ host, port, user, database }: Client, options: string): Promise<Client> {
  return openSession({
    ...{ host, port, user, database },
    // Explicit, because PGSSLMODE could switch it on.
    ssl: false,
    application_name: SESSION_NAME,
    options: `${SESSION_OPTIONS} ${options}`,
  });
}

/** A running server. */
export interface Listening {
  /** Without a trailing slash. */
  readonly url: string;
  /** Stops accepting requests, and aborts those that run. */
  readonly close: () => Promise<void>;
}

/**
 * Serves an app to this machine.
 *
 * @param port - 0 is any free port
 * @throws UserError if the port is not available
 */
export async function listen(app: Hono, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request) }) as Server;
  server.listen(port, HOST);
  try {
    await once(server, "listening");
  } catch (error) {
    throw portRefused(error as NodeJS.ErrnoException, port);
  }
  return {
    url: `http://${HOST}:${String((server.address() as AddressInfo).port)}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function portRefused({ code, message }: NodeJS.ErrnoException, port: number): UserError {
  const why = code === "EADDRINUSE" ? "is in use" : `is not available (${message})`;
  return new UserError(
    `Port ${String(port)} of ${HOST} ${why}. Stop the program that uses it, or choose another: PORT=3002 npm run app`,
  );
}
