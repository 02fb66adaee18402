import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import type { ClientConfig } from "pg";

/** A network between a client and PostgreSQL that cuts answers anywhere. */
export interface PiecemealWay {
  /** How a client connects through it. */
  readonly config: ClientConfig;
  close(): Promise<void>;
}

/**
 * Starts a proxy to a database that sends each byte of the server's answers alone.
 *
 * @param config - how a client connects without it, by a socket in a folder
 */
export async function piecemealWay(config: ClientConfig): Promise<PiecemealWay> {
  const { host = "", port = 0 } = config;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(join(host, `.s.PGSQL.${String(port)}`));
    open.add(client.setNoDelay()).add(database);
    pipeline(client, database).catch(() => undefined);
    pipeline(database, bytes, client).catch(() => undefined);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    config: { ...config, host: "127.0.0.1", port: (server.address() as AddressInfo).port },
    close: async () => {
      for (const socket of open) {
        socket.destroy();
      }
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function* bytes(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    for (const byte of chunk) {
      yield Buffer.of(byte);
      await setImmediate();
    }
  }
}
