import { Client, type ClientConfig } from "pg";

/** Opens a session. */
export async function openSession(config: ClientConfig): Promise<Client> {
  const session = new Client(config);
  // Without a listener, a session that breaks ends the command. The query that it runs fails anyway.
  session.on("error", () => undefined);
  await session.connect();
  return session;
}
