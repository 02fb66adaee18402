import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { own, run, type PostgresBinaries } from "./binaries";
import { isAlive } from "./pid-file";

/** Superuser of a server. It needs no password: only this machine's user reaches the socket. */
export const SUPERUSER = "postgres";

/** Options of a server's data. */
export interface DataOptions {
  /** Folder of the server's data and log; created if it is missing. */
  readonly folder: string;
  /** True if the data must survive a crash of the machine. @default false */
  readonly durable?: boolean;
  /** Further settings, by PostgreSQL's names. They are set when the data is created. @default - none */
  readonly settings?: Readonly<Record<string, string>>;
}

/** File with PostgreSQL's major version. */
const VERSION_FILE = "PG_VERSION";

/** Folder of data that a process is creating. */
const MAKING = /^data\.making-(\d+)-/;

/**
 * Creates a server's data if it is missing, in UTC like Aurora's parameter group.
 *
 * @returns folder of the data
 * @throws UserError if PostgreSQL cannot create it
 */
export function ensureData(binaries: PostgresBinaries, options: DataOptions): string {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  own(folder, binaries);
  removeUnfinished(folder);
  const data = join(folder, "data");
  if (!existsSync(join(data, VERSION_FILE))) {
    makeData(binaries, options, data);
  }
  return data;
}

/** Removes what killed commands left while they created data. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const maker = Number(MAKING.exec(name)?.[1] ?? NaN);
    // This process is not creating data now: an earlier one had its number.
    if (!Number.isNaN(maker) && (maker === process.pid || !isAlive(maker))) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}

function makeData(binaries: PostgresBinaries, { durable, settings }: DataOptions, data: string): void {
  const unfinished = mkdtempSync(`${data}.making-${String(process.pid)}-`);
  try {
    own(unfinished, binaries);
    const all = { timezone: "UTC", log_timezone: "UTC", fsync: durable === true ? "on" : "off", ...settings };
    const { status, output } = run(binaries, binaries.initdb, [
      ...["--pgdata", unfinished, "--username", SUPERUSER, "--auth-local", "trust", "--auth-host", "scram-sha-256"],
      ...["--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-sync"],
      ...Object.entries(all).flatMap(([name, value]) => ["--set", `${name}=${value}`]),
    ]);
    if (status !== 0) {
      throw new UserError(`PostgreSQL cannot create its data in ${data}:\n${output}`);
    }
    renameSync(unfinished, data);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      throw error;
    }
    // Another command may have created it meanwhile.
    if (!existsSync(join(data, VERSION_FILE))) {
      throw new UserError(
        `${data} does not contain PostgreSQL's data. Check what is in it, delete it, and run this again.`,
      );
    }
  }
}

/** @throws UserError for data of another major version of PostgreSQL */
export function requireOwnVersion({ major }: PostgresBinaries, folder: string, data: string): void {
  const made = readFileSync(join(data, VERSION_FILE), "utf8").trim();
  if (made !== major) {
    throw new UserError(
      `The data in ${data} is from PostgreSQL ${made}. The installed PostgreSQL ${major} cannot read it. ` +
        `Delete ${folder} and run this again; its data is lost.`,
    );
  }
}
