import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { UserError } from "../../src/config/user-error";
import { postgresBinaries, type PostgresBinaries } from "./binaries";

/** User that owns a server. Its sessions have no password: only this machine's user reaches the socket. */
export const SUPERUSER = "postgres";

/** Seconds in which a server has to start or stop. */
const PATIENCE_SECONDS = "60";

/** Seconds that a command waits for the server to stop whose last user it was; another may have come meanwhile. */
const LEAVING_SECONDS = "5";

const PORT = 5432;

/**
 * Begin of the folders of sockets. Not in TMPDIR: a socket's path has at most 107 bytes, and the server's user has to be
 * able to enter it.
 */
const SOCKET_FOLDER = "/tmp/aleenascuisine-";

/** Code of the error of a server that does not start, as when another command starts or stops it just now. */
export const NOT_STARTED = "NOT_STARTED";

class NotStarted extends UserError {
  public readonly code = NOT_STARTED;
}

/** How a server is reached over TCP. */
export interface TlsOptions {
  readonly port: number;
  /** PEM certificate that the server shows. */
  readonly certificate: string;
  /** PEM key of the certificate. */
  readonly key: string;
}

/** How a server is started. */
export interface ServerOptions {
  /** Folder of the server's data and log; made if it is missing. */
  readonly folder: string;
  /** True where the data must survive a crash of the machine. @default false */
  readonly durable?: boolean;
  /** Further settings, by PostgreSQL's names. They hold from the making of the data on. @default none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Takes TLS connections by password on 127.0.0.1, beside those of its socket. @default - none */
  readonly tls?: TlsOptions;
}

/** A PostgreSQL server on this machine. */
export interface PostgresServer {
  /** Folder of its socket: `host` of a connection. */
  readonly host: string;
  /** Number in the socket's name: `port` of a connection. */
  readonly port: number;
  /** Stops it; sessions that are open are ended. */
  stop(): void;
  /** Has it stop when its last session ends, and takes no new one. */
  stopAfterUse(): void;
}

/**
 * Starts a server, or takes the one that runs on that folder already. Data that is not there is made, in UTC
 * as Aurora's parameter group has it.
 *
 * @throws UserError with the server's own log when it does not start
 */
export function startPostgres(options: ServerOptions): PostgresServer {
  const binaries = postgresBinaries();
  const data = join(options.folder, "data");
  if (!existsSync(join(data, "PG_VERSION"))) {
    makeData(binaries, options, data);
  }
  return runningServer(binaries, data) ?? start(binaries, options, data);
}

/** Server that runs on a data folder, by the file that it keeps there; undefined if there is none. */
function runningServer(binaries: PostgresBinaries, data: string): PostgresServer | undefined {
  if (run(binaries, binaries.pgCtl, ["status", "--pgdata", data]).status !== 0) {
    return undefined;
  }
  const { host, port, ready } = pidFile(data);
  if (!ready) {
    throw new NotStarted(`PostgreSQL on ${data} is starting or stopping.`);
  }
  return {
    host,
    port,
    stop: () => {
      const { status, output } = stop(binaries, data, ["--mode", "fast", "--wait", "--timeout", PATIENCE_SECONDS]);
      if (status !== 0) {
        throw new UserError(`PostgreSQL on ${data} does not stop:\n${output}`);
      }
      rmSync(host, { recursive: true, force: true });
    },
    stopAfterUse: () => {
      // Where another command was first, there is none any more.
      stop(binaries, data, ["--mode", "smart", "--wait", "--timeout", LEAVING_SECONDS]);
      if (run(binaries, binaries.pgCtl, ["status", "--pgdata", data]).status !== 0) {
        rmSync(host, { recursive: true, force: true });
      }
    },
  };
}

/**
 * What a server writes about itself.
 *
 * @see https://www.postgresql.org/docs/17/storage-file-layout.html: port, socket's folder and state are the lines 4, 5 and 8
 */
function pidFile(data: string): { host: string; port: number; ready: boolean } {
  const [, , , port, host = "", , , state = ""] = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  return { host, port: Number(port), ready: host.startsWith("/") && state.trim() === "ready" };
}

/** Removes the socket's folder of a server that was killed. */
function forgetKilled(data: string): void {
  const { host } = existsSync(join(data, "postmaster.pid")) ? pidFile(data) : { host: "" };
  if (host.startsWith(SOCKET_FOLDER)) {
    rmSync(host, { recursive: true, force: true });
  }
}

function stop(
  binaries: PostgresBinaries,
  data: string,
  how: readonly string[],
): { status: number | null; output: string } {
  return run(binaries, binaries.pgCtl, ["stop", "--pgdata", data, ...how]);
}

function makeData(binaries: PostgresBinaries, { folder, durable, settings }: ServerOptions, data: string): void {
  makeOwnFolder(folder, binaries);
  const unfinished = mkdtempSync(`${data}.making-`);
  own(unfinished, binaries);
  const all = { timezone: "UTC", log_timezone: "UTC", fsync: durable === true ? "on" : "off", ...settings };
  const { status, output } = run(binaries, binaries.initdb, [
    ...["--pgdata", unfinished, "--username", SUPERUSER, "--auth-local", "trust", "--auth-host", "scram-sha-256"],
    ...["--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-sync"],
    ...Object.entries(all).flatMap(([name, value]) => ["--set", `${name}=${value}`]),
  ]);
  if (status !== 0) {
    throw new UserError(`PostgreSQL cannot make its data in ${data}:\n${output}`);
  }
  try {
    renameSync(unfinished, data);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    // Another command made it meanwhile.
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      throw error;
    }
  }
}

function start(binaries: PostgresBinaries, { folder, tls }: ServerOptions, data: string): PostgresServer {
  forgetKilled(data);
  const socket = mkdtempSync(SOCKET_FOLDER);
  own(socket, binaries);
  const log = join(folder, "server.log");
  const words = [
    ...["-c", `listen_addresses=${tls === undefined ? "" : "127.0.0.1"}`],
    ...["-c", `unix_socket_directories=${socket}`, "-p", String(tls?.port ?? PORT)],
    ...(tls === undefined ? [] : tlsWords(tls, data, binaries)),
  ];
  run(binaries, binaries.pgCtl, [
    "start",
    ...["--pgdata", data, "--log", log, "--wait", "--timeout", PATIENCE_SECONDS],
    ...["--options", words.map(quoted).join(" ")],
  ]);
  const server = runningServer(binaries, data);
  if (server?.host !== socket) {
    // It did not start, or another command was first.
    rmSync(socket, { recursive: true });
  }
  if (server === undefined) {
    const said = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(-12).join("\n") : "";
    throw new NotStarted(`PostgreSQL does not start on ${data}. Its log, ${log}, ends with:\n${said}`);
  }
  return server;
}

function tlsWords({ certificate, key }: TlsOptions, data: string, binaries: PostgresBinaries): string[] {
  for (const [file, text] of [
    ["server.crt", certificate],
    ["server.key", key],
  ] as const) {
    writeFileSync(join(data, file), text, { mode: 0o600 });
    own(join(data, file), binaries);
  }
  return ["-c", "ssl=on"];
}

/** pg_ctl hands its options to a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function makeOwnFolder(folder: string, binaries: PostgresBinaries): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  own(folder, binaries);
}

function own(path: string, { user }: PostgresBinaries): void {
  if (user !== undefined) {
    chownSync(path, user.uid, user.gid);
  }
}

/** Output goes to no pipe while a server starts: it would keep the pipe open as long as it lives. */
function run(
  { user }: PostgresBinaries,
  program: string,
  args: readonly string[],
): { status: number | null; output: string } {
  const piped = args[0] !== "start";
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...user,
    // The server's user need not be able to enter the folder that the command was started in.
    cwd: "/",
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    encoding: "utf8",
    stdio: ["ignore", piped ? "pipe" : "ignore", piped ? "pipe" : "ignore"],
  });
  if (error) {
    throw error;
  }
  return { status, output: piped ? `${stdout}${stderr}`.trim() : "" };
}
