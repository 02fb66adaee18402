import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { own, postgresBinaries, run, type PostgresBinaries } from "./binaries";
import { ensureData, requireOwnVersion, type DataOptions } from "./data";
import { forgetKilled, pidFile, SOCKET_FOLDER } from "./pid-file";

/** Default time limit of a start or a stop, in seconds. */
const PATIENCE_SECONDS = 60;

/** Milliseconds between two checks of a server that is stopping. */
const PAUSE_MS = 20;

/** Never notified: waiting on it is a synchronous pause. */
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));

const PORT = 5432;

/**
 * In the log of a start that failed because of another server on the folder: one that was running, one whose sessions
 * were still ending, or this one, which another command stopped when it was ready.
 */
const FORESTALLED = /lock file ".*" already exists|is still in use|is ready to accept connections/;

/** The server does not start because another command is starting or stopping it. */
export class NotStarted extends UserError {}

/** Options for connections over TLS. */
export interface TlsOptions {
  readonly port: number;
  /** PEM certificate of the server. */
  readonly certificate: string;
  /** PEM key of the certificate. */
  readonly key: string;
}

/** Options of a server. */
export interface ServerOptions extends DataOptions {
  /** Also accept TLS connections with a password on localhost. @default - the socket only */
  readonly tls?: TlsOptions;
  /** Time limit of a start and of a stop, in seconds. @default 60 */
  readonly patienceSeconds?: number;
}

/** A PostgreSQL server on this machine. */
export interface PostgresServer {
  /** Folder of its socket: `host` of a connection. */
  readonly host: string;
  /** Number in the socket's name: `port` of a connection. */
  readonly port: number;
  /** False as soon as it begins to stop. */
  isRunning(): boolean;
  /** Stops it and ends its sessions. */
  stop(): void;
}

/**
 * Starts a server, or uses the one that already runs on that folder. Missing data is created.
 *
 * @throws NotStarted if another command is starting or stopping it; Interrupted if a signal ends the start; UserError
 *   with the server's log if it does not start
 */
export function startPostgres(options: ServerOptions): PostgresServer {
  const binaries = postgresBinaries();
  const data = ensureData(binaries, options);
  forgetKilled(data);
  return serverOn(binaries, data, options.patienceSeconds) ?? start(binaries, options, data);
}

/**
 * The server that runs on a folder; undefined if there is none.
 *
 * @throws NotStarted if it is starting or stopping
 */
export function runningPostgres(folder: string): PostgresServer | undefined {
  return serverOn(postgresBinaries(), join(folder, "data"));
}

function serverOn(
  binaries: PostgresBinaries,
  data: string,
  patienceSeconds = PATIENCE_SECONDS,
): PostgresServer | undefined {
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
      const deadline = performance.now() + patienceSeconds * 1000;
      // pg_ctl would also wait for the next server on this folder, if another command starts one at once.
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

function start(
  binaries: PostgresBinaries,
  { folder, patienceSeconds = PATIENCE_SECONDS, tls }: ServerOptions,
  data: string,
): PostgresServer {
  requireOwnVersion(binaries, folder, data);
  const socket = mkdtempSync(SOCKET_FOLDER);
  own(socket, binaries);
  const log = join(folder, "server.log");
  const words = [
    ...["-c", `listen_addresses=${tls === undefined ? "" : "localhost"}`],
    ...["-c", `unix_socket_directories=${socket}`, "-p", String(tls?.port ?? PORT)],
    ...(tls === undefined ? [] : tlsWords(tls, data, binaries)),
  ];
  const before = logged(log).length;
  let server: PostgresServer | undefined;
  try {
    run(binaries, binaries.pgCtl, [
      "start",
      ...["--pgdata", data, "--log", log, "--wait", "--timeout", String(patienceSeconds)],
      ...["--options", words.map(quoted).join(" ")],
    ]);
    server = serverOn(binaries, data, patienceSeconds);
  } finally {
    // pg_ctl may have ended, by its time limit or with a closed terminal, while its server is still starting.
    if (server?.host !== socket && pidFile(data)?.host !== socket) {
      // It did not start, another command was first, or is already stopping it.
      rmSync(socket, { recursive: true, force: true });
    }
  }
  if (server === undefined) {
    const said = logged(log).slice(before);
    const last = said.split("\n").slice(-12).join("\n");
    const message = `PostgreSQL does not start on ${data}. Its log, ${log}, ends with:\n${last}`;
    throw FORESTALLED.test(said) ? new NotStarted(message) : new UserError(message);
  }
  return server;
}

function logged(log: string): string {
  return existsSync(log) ? readFileSync(log, "utf8") : "";
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

/** pg_ctl passes its options to a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
