import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { ACCOUNT } from "../../src/config/account";
import { clientSettings } from "../../tools/shared/aws/client-settings";
import { emulatedEnvironment, type Emulator, type EmulatorOptions } from "../../tools/develop/rehearsal/emulator";
import { present } from "../helpers/present";
import { EMULATORS } from "./prerequisites";

/** An account that is not the project's. */
export const OTHER_ACCOUNT = "111122223333";

/**
 * An empty emulated account of a suite's own, from the process that jest's global setup has started: `startEmulator`
 * loads moto again each time, which takes seconds of processor time.
 */
export async function emulatedAccount({ recordTo = "" }: EmulatorOptions = {}): Promise<Emulator> {
  const connection = connect(present(process.env[EMULATORS]));
  connection.write(`${recordTo}\n`);
  const [port] = (await once(createInterface({ input: connection }), "line")) as [string];
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    env: emulatedEnvironment(url, ACCOUNT),
    stop: async () => {
      connection.end();
      await once(connection, "close");
    },
  };
}

/** Environment of a caller in {@link OTHER_ACCOUNT}, which is empty, behind the same endpoint. */
export async function strangerTo({ env }: Emulator): Promise<NodeJS.ProcessEnv> {
  const { Credentials: credentials } = await new STSClient(clientSettings(ACCOUNT.region, env)).send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/stranger`, RoleSessionName: "stranger" }),
  );
  return {
    ...env,
    AWS_ACCESS_KEY_ID: credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: credentials?.SessionToken,
  };
}
