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
const PATIENCE_SECONDS = 60;

/** Milliseconds between two looks at a server that stops. */
const PAUSE_MS = 20;

/** What a pause waits on. */
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));

const PORT = 5432;

/**
 * Begin of the folders of sockets. Not in TMPDIR: a socket's path has at most 107 bytes, and the server's user has to be
 * able to enter it.
 */
const SOCKET_FOLDER = "/tmp/aleenascuisine-";

/** A server that does not start, as when another command starts or stops it just now. */
export class NotStarted extends UserError {}

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
  /** False from the moment in which it is told to stop. */
  isRunning(): boolean;
  /** Stops it; sessions that are open are ended. */
  stop(): void;
}

/**
 * Starts a server, or takes the one that runs on that folder already. Data that is not there is made, in UTC
 * as Aurora's parameter group has it.
 *
 * @throws NotStarted with the server's own log when it does not start
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
  const server = pidFile(data);
  if (server?.ready !== true) {
    throw new NotStarted(`PostgreSQL on ${data} is starting or stopping.`);
  }
  const { pid, host, port } = server;
  return {
    host,
    port,
    isRunning: () => {
      const now = pidFile(data);
      return now?.pid === pid && now.ready;
    },
    stop: () => {
      const { status, output } = run(binaries, binaries.pgCtl, [
        "stop",
        "--pgdata",
        data,
        "--mode",
        "fast",
        "--no-wait",
      ]);
      const deadline = performance.now() + PATIENCE_SECONDS * 1000;
      // pg_ctl itself would wait for the next server on this folder too, where a command starts one at once.
      while (pidFile(data)?.pid === pid) {
        if (status !== 0 || performance.now() > deadline) {
          throw new UserError(`PostgreSQL on ${data} does not stop. ${output}`);
        }
        Atomics.wait(NEVER_WOKEN, 0, 0, PAUSE_MS);
      }
      rmSync(host, { recursive: true, force: true });
    },
  };
}

/** What a server writes about itself. */
interface PidFile {
  readonly pid: number;
  /** Folder of its socket. */
  readonly host: string;
  readonly port: number;
  readonly ready: boolean;
}

/**
 * What the server of a data folder has written; undefined without one.
 *
 * @see https://www.postgresql.org/docs/17/storage-file-layout.html: pid, port, socket's folder and state are the lines 1,
 * 4, 5 and 8
 */
function pidFile(data: string): PidFile | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
  const [pid, , , port, host = "", , , state = ""] = lines;
  return { pid: Number(pid), host, port: Number(port), ready: host.startsWith("/") && state.trim() === "ready" };
}

/** Removes the socket's folder of a server that was killed. */
function forgetKilled(data: string): void {
  const { pid = 0, host = "" } = pidFile(data) ?? {};
  // Another command may have started one meanwhile.
  if (host.startsWith(SOCKET_FOLDER) && !isAlive(pid)) {
    rmSync(host, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
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
    ...["--pgdata", data, "--log", log, "--wait", "--timeout", String(PATIENCE_SECONDS)],
    ...["--options", words.map(quoted).join(" ")],
  ]);
  let server: PostgresServer | undefined;
  try {
    server = runningServer(binaries, data);
  } finally {
    if (server?.host !== socket) {
      // It did not start, another command was first, or stops it already.
      rmSync(socket, { recursive: true, force: true });
    }
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
