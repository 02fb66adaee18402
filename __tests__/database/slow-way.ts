import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** A slow network between the app and Razorpay. */
export interface SlowWay {
  /** URL of Razorpay through it. */
  readonly url: string;
  /** Settled when the first request for an order has arrived here. */
  readonly held: Promise<unknown>;
  /** Forwards that request to Razorpay. */
  release(): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy that holds back the first request for an order, and forwards everything else.
 *
 * @param target - URL of Razorpay
 */
export async function slowWay(target: string): Promise<SlowWay> {
  const way = new EventEmitter();
  const held = once(way, "held");
  const state = { orders: 0 };
  const server = createServer((request, response) => {
    const { method = "", url: path = "", headers } = request;
    const forward = async (): Promise<void> => {
      const body = await buffer(request);
      if (method === "POST" && (state.orders += 1) === 1) {
        way.emit("held");
        await once(way, "released");
      }
      const answer = await fetch(new URL(path, target), {
        method,
        headers: { Authorization: headers.authorization ?? "", "Content-Type": "application/json" },
        ...(method === "POST" && { body }),
      });
      response.writeHead(answer.status, { "Content-Type": "application/json" });
      response.end(await answer.text());
    };
    forward().catch(() => response.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    held,
    release: () => {
      way.emit("released");
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
