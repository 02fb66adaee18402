import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { generate } from "selfsigned";
import { dev } from "../fixtures/environments";
import { testServer, type TestServer } from "./database";
import { secretsEndpoint, type SecretsEndpoint } from "./secrets-endpoint";
import { temporaryFolder } from "./temporary-folder";

/** ARN of the secret that opens the database. */
export const SECRET_ARN = "arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-dev/db-AbCdEf";

/** A database that is reached as Aurora is: over TLS, with a password that is in Secrets Manager. */
export interface SecureDatabase {
  readonly server: TestServer;
  readonly secrets: SecretsEndpoint;
  /** Password of the owner; nothing may ever print it. */
  readonly password: string;
  /** Port that the server listens at; `localhost` is in its certificate. */
  readonly port: number;
  /** File of the server's certificate, which is its own authority. */
  readonly certificateFile: string;
  /** File of another authority. */
  readonly otherCertificateFile: string;
  /** Creates a database, sets the owner's password. @returns variables by which a command or the function finds it */
  environment(name: string): Promise<Record<string, string>>;
}

/** Starts a stand-in for an Aurora cluster and its secret, before the tests of a suite. */
export function secureDatabase(): SecureDatabase {
  const folder = temporaryFolder("certificates");
  const certificateFile = join(folder, "authority.pem");
  const otherCertificateFile = join(folder, "other.pem");
  const password = randomBytes(24).toString("base64url");
  const secrets = secretsEndpoint();
  const state = { port: 0 };
  const server = testServer(async () => {
    const [own, other] = await Promise.all([authority(), authority()]);
    writeFileSync(certificateFile, own.cert);
    writeFileSync(otherCertificateFile, other.cert);
    state.port = await freePort();
    return { tls: { port: state.port, certificate: own.cert, key: own.private } };
  });
  return {
    server,
    secrets,
    password,
    certificateFile,
    otherCertificateFile,
    get port() {
      return state.port;
    },
    environment: async (name) => {
      const config = await server.database(name);
      const { masterUsername: username } = dev.database;
      const client = new Client(config);
      await client.connect();
      await client.query(`ALTER ROLE ${client.escapeIdentifier(username)} PASSWORD ${client.escapeLiteral(password)}`);
      await client.end();
      secrets.values.set(SECRET_ARN, JSON.stringify({ username, password }));
      return {
        ...secrets.env,
        DB_SECRET_ARN: SECRET_ARN,
        DB_HOST: "localhost",
        DB_NAME: name,
        DB_PORT: String(state.port),
        PGSSLROOTCERT: certificateFile,
      };
    },
  };
}

function authority(): Promise<{ cert: string; private: string }> {
  return generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
    ],
  });
}

/** Below the ports that systems give to outgoing connections: one of those could be taken while the server is stopped. */
async function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_768);
  const probe = createServer();
  probe.listen(port, "127.0.0.1");
  try {
    await once(probe, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") {
      throw error;
    }
    return freePort();
  }
  probe.close();
  await once(probe, "close");
  return port;
}
