import { Client, type ClientConfig } from "pg";

/** Opens a session. */
export async function openSession(config: ClientConfig): Promise<Client> {
  const session = new Client(config);
  // Without a listener, a broken session would end the command. The running query fails anyway.
  session.on("error", () => undefined);
  await session.connect();
  return session;
}
