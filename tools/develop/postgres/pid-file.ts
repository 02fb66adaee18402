import { spawnSync } from "node:child_process";
import { linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Begin of the folders of sockets. Not in TMPDIR: a socket's path has at most 107 bytes, and the server's user has to be
 * able to enter it.
 */
export const SOCKET_FOLDER = "/tmp/aleenascuisine-";

/** What a server writes about itself. */
export interface PidFile {
  readonly pid: number;
  /** Folder of its socket. */
  readonly host: string;
  readonly port: number;
  readonly ready: boolean;
}

/** Path of the file in which the server of a data folder writes about itself. */
export function pidFilePath(data: string): string {
  return join(data, "postmaster.pid");
}

/**
 * What the server of a data folder has written; undefined without one.
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
 * Removes what a server left that was killed: the folder of its socket, and the file, if its process's number is another
 * program's now. PostgreSQL would take that program for the server.
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

/** Another command may do the same, and have a server running by now, whose file has to stay. */
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

/** @returns undefined where there is no such file */
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

/** True where a process lives, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** A server's own process keeps the command line that it was started with; those of its sessions are `postgres: …`. */
const SERVER = /(?:^|\/)postgres(?: |$)/;

function mayBeServer(pid: number): boolean {
  if (!isAlive(pid)) {
    return false;
  }
  const line = commandLine(pid);
  return line === undefined || SERVER.test(line);
}

/** @returns undefined where it cannot be known */
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
