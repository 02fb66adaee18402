import { spawnSync } from "node:child_process";
import { linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Prefix of the sockets' folders. Not in TMPDIR: a socket's path has at most 107 bytes, and the server's user must be
 * able to enter the folder.
 */
export const SOCKET_FOLDER = "/tmp/aleenascuisine-";

/** Contents of a server's pid file. */
export interface PidFile {
  readonly pid: number;
  /** Folder of its socket. */
  readonly host: string;
  readonly port: number;
  readonly ready: boolean;
}

/** Path of the pid file of a data folder's server. */
export function pidFilePath(data: string): string {
  return join(data, "postmaster.pid");
}

/**
 * Reads the pid file of a data folder's server; undefined if there is none.
 *
 * @see https://www.postgresql.org/docs/17/storage-file-layout.html: pid, port, socket's folder and state are the lines 1,
 * 4, 5 and 8
 */
export function pidFile(data: string): PidFile | undefined {
  const text = textOf(pidFilePath(data));
  return text === undefined ? undefined : read(text);
}

function read(text: string): PidFile {
  const [pid, , , port, host = "", , , state = ""] = text.split("\n");
  return { pid: Number(pid), host, port: Number(port), ready: host.startsWith("/") && state.trim() === "ready" };
}

/**
 * Removes what a killed server left: the folder of its socket, and the pid file if its process id belongs to another
 * program now, which PostgreSQL would take for the server.
 */
export function forgetKilled(data: string): void {
  const path = pidFilePath(data);
  const text = textOf(path);
  if (text === undefined) {
    return;
  }
  const { pid, host } = read(text);
  if (mayBeServer(pid)) {
    return;
  }
  if (host.startsWith(SOCKET_FOLDER)) {
    rmSync(host, { recursive: true, force: true });
  }
  if (isAlive(pid)) {
    removeStale(path, text);
  }
}

/** Keeps the file of a server that another command has started meanwhile. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${String(process.pid)}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return;
    }
    throw error;
  }
  if (textOf(aside) !== stale) {
    linkSync(aside, path);
  }
  rmSync(aside);
}

/** @returns undefined if there is no such file */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** True if a process exists, of any user. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Command line of a server's main process. Those of its sessions are `postgres: …`. */
const SERVER = /(?:^|\/)postgres(?: |$)/;

function mayBeServer(pid: number): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  const line = commandLine(pid);
  return line === undefined || SERVER.test(line);
}

/** @returns undefined if it is unknown */
function commandLine(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${String(pid)}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return undefined;
    }
  }
  const { status, stdout } = spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
