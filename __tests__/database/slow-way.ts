import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Something between the app and Razorpay, such as a network that is slow. */
export interface SlowWay {
  /** Where the app reaches Razorpay by it. */
  readonly url: string;
  /** Settled when the first order that is wanted has come as far as here. */
  readonly held: Promise<unknown>;
  /** Lets that order go on to Razorpay. */
  release(): void;
  close(): Promise<void>;
}

/**
 * Opens a way to Razorpay that keeps the first order that is wanted, and lets everything else pass.
 *
 * @param target - where Razorpay is
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
