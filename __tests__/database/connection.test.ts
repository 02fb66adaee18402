import { X509Certificate } from "node:crypto";
import dns, { type LookupAddress } from "node:dns";
import { createServer, connect as dial, type AddressInfo, type Server, type Socket } from "node:net";
import { ACCOUNT } from "../fixtures/environments";
import { connect, connectionSettings, regionalCertificates } from "../../src/database/connection";
import { SECRET_ARN, secureDatabase } from "../helpers/secure-database";
import { PATIENCE_MS } from "../patience.cjs";

type Found = (error: null, addresses: readonly LookupAddress[]) => void;

const database = secureDatabase();
const { secrets, password } = database;

/** Runs with variables set in this process, which the SDK reads its endpoint and keys from. */
async function within<T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    return await work();
  } finally {
    process.env = before;
  }
}

/** Connects with these variables. @returns a query's result and the waits, or the error's message */
async function tried(
  env: Readonly<Record<string, string>>,
  { onWait }: { onWait?: () => void } = {},
): Promise<{ told?: string; row?: Record<string, unknown>; waited: string[] }> {
  const waited: string[] = [];
  try {
    const client = await within(env, () =>
      connect(connectionSettings(process.env), {
        applicationName: "a test",
        patienceMs: PATIENCE_MS,
        onWait: (reason) => {
          waited.push(reason);
          onWait?.();
        },
      }),
    );
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT ssl, version AS tls, current_user AS "user", current_setting('TimeZone') AS zone, current_setting('application_name') AS name
       FROM pg_stat_ssl WHERE pid = pg_backend_pid()`,
    );
    await client.end();
    return { row: rows[0], waited };
  } catch (error) {
    expect(error).toMatchObject({ name: "UserError" });
    const told = (error as Error).message;
    expect(told).not.toContain(password);
    return { told, waited };
  }
}

describe("the settings", () => {
  test("are the handover's three variables, with PostgreSQL's own for port and authority", () => {
    expect(
      connectionSettings({ DB_SECRET_ARN: SECRET_ARN, DB_HOST: "writer.example", DB_NAME: "aleenascuisine" }),
    ).toEqual({
      secretArn: SECRET_ARN,
      host: "writer.example",
      port: 5432,
      database: "aleenascuisine",
    });
  });

  test("every variable that is missing or wrong is named at once", () => {
    const told = (env: Record<string, string>) => () => connectionSettings(env);
    expect(told({})).toThrow(/DB_SECRET_ARN is not set.*\n- DB_HOST is not set.*\n- DB_NAME is not set/);
    expect(told({ DB_SECRET_ARN: "aleenascuisine-dev/db", DB_HOST: "", DB_NAME: "a", DB_PORT: "70000" })).toThrow(
      /- DB_HOST is not set.*\n- DB_SECRET_ARN is not the ARN of a secret: write.*\n- DB_PORT is "70000"/,
    );
    expect(
      told({ DB_SECRET_ARN: SECRET_ARN, DB_HOST: "h", DB_NAME: "n", PGSSLROOTCERT: "/nonexistent/authority.pem" }),
    ).toThrow(/PGSSLROOTCERT is "\/nonexistent\/authority.pem", which cannot be read/);
  });

  test("a secret in place of its ARN is not printed", () => {
    const env = { DB_SECRET_ARN: '{"password":"sample-password"}', DB_HOST: "h", DB_NAME: "n" };
    expect(() => connectionSettings(env)).toThrow(/^(?!.*sample-password)/s);
  });

  test("the authorities are Amazon's for the secret's region, three of them, and no others", async () => {
    const names = (await regionalCertificates(ACCOUNT.region)).map((pem) => {
      const certificate = new X509Certificate(pem);
      expect(certificate.ca).toBe(true);
      expect(certificate.issuer).toBe(certificate.subject);
      return /CN=(.*)/.exec(certificate.subject)?.[1];
    });
    expect(names.sort()).toEqual([
      "Amazon RDS ap-south-1 Root CA ECC384 G1",
      "Amazon RDS ap-south-1 Root CA RSA2048 G1",
      "Amazon RDS ap-south-1 Root CA RSA4096 G1",
    ]);
  });

  test("a region without authorities here is reported, with what to do", async () => {
    await expect(regionalCertificates("xx-nowhere-1")).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(
        /^There is no certificate of Amazon RDS in xx-nowhere-1; .*PGSSLROOTCERT/,
      ) as string,
    });
  });
});

describe("a connection", () => {
  test("is over TLS, as the user of the secret, in UTC, under its own name", async () => {
    const { row, waited } = await tried(await database.environment("plain"));
    expect(row).toEqual({
      ssl: true,
      tls: "TLSv1.3",
      user: "clusteradmin",
      zone: "UTC",
      name: "a test",
    });
    expect(waited).toEqual([]);
  });

  test("reads the secret each time, so that a rotation needs nothing", async () => {
    const env = await database.environment("rotation");
    const before = secrets.reads();
    await tried(env);
    await tried(env);
    expect(secrets.reads() - before).toBe(2);
  });

  test("is refused to a server that another authority signed", async () => {
    const env = { ...(await database.environment("other_authority")), PGSSLROOTCERT: database.otherCertificateFile };
    expect((await tried(env)).told).toMatch(/cannot be connected to: .*certificate.*/);
    // Node.js's own switch changes nothing.
    expect((await tried({ ...env, NODE_TLS_REJECT_UNAUTHORIZED: "0" })).told).toMatch(/: .*certificate.*/);
  });

  test("is refused to a server that is not Amazon's, unless another authority is named", async () => {
    const env = new Map(Object.entries(await database.environment("not_amazon")));
    env.delete("PGSSLROOTCERT");
    expect((await tried(Object.fromEntries(env))).told).toMatch(/cannot be connected to: self-signed certificate/);
    // An empty variable is one that is not set.
    env.set("PGSSLROOTCERT", "");
    expect((await tried(Object.fromEntries(env))).told).toMatch(/cannot be connected to: self-signed certificate/);
  });

  test("is refused to a server of another name", async () => {
    const env = { ...(await database.environment("other_name")), DB_HOST: "127.0.0.1" };
    expect((await tried(env)).told).toMatch(/cannot be connected to: Hostname\/IP does not match/);
  });

  test("that is gone while a statement runs ends the statement", async () => {
    const env = await database.environment("gone");
    const client = await within(env, () =>
      connect(connectionSettings(process.env), { applicationName: "gone", onWait: () => undefined }),
    );
    const sleeping = client.query("SELECT pg_sleep(60)").catch((error: unknown) => error);
    const looker = await database.server.connect(await database.server.database("gone"));
    const alive = async (): Promise<boolean> =>
      (await looker.query("SELECT FROM pg_stat_activity WHERE application_name = 'gone'")).rows.length > 0;
    expect(await alive()).toBe(true);
    (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    expect(await sleeping).toBeInstanceOf(Error);
    while (await alive());
  });

  test("says what to do when the database refuses the password", async () => {
    const env = await database.environment("refused");
    secrets.values.set(SECRET_ARN, JSON.stringify({ username: "clusteradmin", password: "sample-wrong-password" }));
    const { told } = await tried(env);
    expect(told).toMatch(/refused the credentials of arn:.*password authentication failed.*rotated/);
    expect(told).not.toContain("sample-wrong-password");
  });

  test("reports a database that does not exist", async () => {
    const env = { ...(await database.environment("there")), DB_NAME: "not_there" };
    expect((await tried(env)).told).toContain('cannot be connected to: database "not_there" does not exist (3D000)');
  });
});

describe("a secret", () => {
  test("that is denied is reported with the missing permission", async () => {
    const env = await database.environment("denied");
    secrets.values.delete(SECRET_ARN);
    expect((await tried(env)).told).toMatch(
      /^SECRET_READ_FAILED: arn:.* cannot be read \(AccessDeniedException: .*not authorized.*\)\. The caller needs secretsmanager:GetSecretValue/,
    );
  });

  test.each([
    ["no JSON", "sample-value-that-is-no-json"],
    ["no password", '{"username":"sample-value"}'],
    ["nothing", "null"],
  ])("that contains %s is reported without its value", async (_, value) => {
    const env = await database.environment("malformed");
    secrets.values.set(SECRET_ARN, value);
    const { told } = await tried(env);
    expect(told).toBe(`${SECRET_ARN} does not hold {"username": "…", "password": "…"}. Fix its value.`);
  });
});

describe("a database that is waking up", () => {
  /** Ends the time limit after two attempts to connect, however long they take. */
  async function triedTwice(env: Readonly<Record<string, string>>): ReturnType<typeof tried> {
    const clock = jest.spyOn(performance, "now");
    const begin = performance.now();
    const result = await tried(env, {
      onWait: () => void clock.mockReturnValueOnce(begin).mockReturnValue(begin + PATIENCE_MS),
    });
    clock.mockRestore();
    return result;
  }

  /** A proxy that refuses some connections, as a paused cluster does, and then forwards. */
  function sleeper(refusals: ((socket: Socket) => void)[]): Promise<{ port: number; close: () => void }> {
    const open = new Set<Socket>();
    const server: Server = createServer((socket) => {
      open.add(socket);
      socket.on("error", () => undefined);
      const refuse = refusals.shift();
      if (refuse) {
        refuse(socket);
      } else {
        const onward = dial(database.port, "127.0.0.1");
        onward.on("error", () => undefined);
        socket.pipe(onward).pipe(socket);
      }
    });
    return new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        resolve({
          port: (server.address() as AddressInfo).port,
          close: () => {
            open.forEach((socket) => socket.destroy());
            server.close();
          },
        });
      });
    });
  }

  /** Agrees to TLS, and closes the connection. */
  function breakingOff(socket: Socket): void {
    socket.once("data", () => {
      socket.write("S");
      socket.destroy();
    });
  }

  test("is waited for, and reported once", async () => {
    const env = await database.environment("waking");
    const { port, close } = await sleeper([
      (socket) => socket.resetAndDestroy(),
      breakingOff,
      (socket) => socket.resetAndDestroy(),
    ]);
    const { row, waited } = await tried({ ...env, DB_PORT: String(port) });
    close();
    expect(row).toMatchObject({ ssl: true });
    expect(waited).toHaveLength(1);
  });

  test("is waited for while it answers that it is starting", async () => {
    const env = await database.environment("shutting_down");
    const owner = await database.server.connect(await database.server.database("shutting_down"));
    await database.server.refuseSessions();
    const { row, waited } = await tried(env, {
      onWait: () => {
        database.server.stop();
        database.server.start();
      },
    });
    expect(waited).toEqual(["the database system is shutting down"]);
    expect(row).toMatchObject({ ssl: true });
    await owner.end();
  });

  test("is reported with the error of each address of its host", async () => {
    const env = { ...(await database.environment("two_addresses")), DB_HOST: "two.example" };
    const { port, close } = await sleeper([]);
    close();
    const lookup = jest.spyOn(dns, "lookup").mockImplementation(((...[, , found]: [string, object, Found]) => {
      found(null, [
        { address: "127.0.0.1", family: 4 },
        { address: "127.0.0.2", family: 4 },
      ]);
    }) as unknown as typeof dns.lookup);
    const { told } = await triedTwice({ ...env, DB_PORT: String(port) });
    lookup.mockRestore();
    expect(told).toContain(
      `does not answer: connect ECONNREFUSED 127.0.0.1:${String(port)}, connect ECONNREFUSED 127.0.0.2:${String(port)}.`,
    );
  });

  test("is abandoned when the time is up", async () => {
    const env = await database.environment("asleep");
    const { port, close } = await sleeper(Array.from({ length: 100 }, () => (socket) => socket.resetAndDestroy()));
    const { told, waited } = await triedTwice({ ...env, DB_PORT: String(port) });
    close();
    expect(told).toMatch(/^The database asleep at localhost:\d+ does not answer: .*Is the cluster available/);
    expect(waited).toHaveLength(1);
  });
});
