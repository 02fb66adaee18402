import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../src/shared/user-error";
import { own, run, type PostgresBinaries } from "./binaries";
import { isAlive } from "./pid-file";

/** User that owns a server. Its sessions have no password: only this machine's user reaches the socket. */
export const SUPERUSER = "postgres";

/** What a server's data is made with. */
export interface DataOptions {
  /** Folder of the server's data and log; made if it is missing. */
  readonly folder: string;
  /** True where the data must survive a crash of the machine. @default false */
  readonly durable?: boolean;
  /** Further settings, by PostgreSQL's names. They hold from the making of the data on. @default none */
  readonly settings?: Readonly<Record<string, string>>;
}

/** File that PostgreSQL writes its major version to. */
const VERSION_FILE = "PG_VERSION";

/** Data that is being made, by the process of this number. */
const MAKING = /^data\.making-(\d+)-/;

/**
 * Makes a server's data where it is missing, in UTC as Aurora's parameter group has it.
 *
 * @returns folder of the data alone
 * @throws UserError when PostgreSQL cannot make it
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

/** Removes what commands left that were killed while they made data. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const maker = Number(MAKING.exec(name)?.[1] ?? NaN);
    // This process makes none at this moment: one before it had its number.
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
      throw new UserError(`PostgreSQL cannot make its data in ${data}:\n${output}`);
    }
    renameSync(unfinished, data);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) {
      throw error;
    }
    // Another command may have made it meanwhile.
    if (!existsSync(join(data, VERSION_FILE))) {
      throw new UserError(
        `${data} does not hold PostgreSQL's data. Look what is in it, delete it, and run this again.`,
      );
    }
  }
}

/** @throws UserError for data that another major version of PostgreSQL made */
export function requireOwnVersion({ major }: PostgresBinaries, folder: string, data: string): void {
  const made = readFileSync(join(data, VERSION_FILE), "utf8").trim();
  if (made !== major) {
    throw new UserError(
      `The data in ${data} is PostgreSQL ${made}'s, and PostgreSQL ${major}, which is installed here, cannot read it. ` +
        `Delete ${folder}, and run this again: what is in it is lost.`,
    );
  }
}
