import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../src/shared/user-error";
import { NotStarted, startPostgres, type ServerOptions } from "../../tools/shared/postgres/server";
import { temporaryFolder } from "../helpers/temporary-folder";

const folders = temporaryFolder("server");

function failure(options: ServerOptions): unknown {
  try {
    startPostgres(options).stop();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("data of another major version is reported with both versions and the folder to delete", () => {
  const folder = join(folders, "older");
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(folder, "data", "PG_VERSION"), "16\n");
  const error = failure({ folder });
  expect(error).toBeInstanceOf(UserError);
  expect(error).not.toBeInstanceOf(NotStarted);
  expect((error as Error).message).toMatch(
    /^The data in .* is from PostgreSQL 16\. The installed PostgreSQL 17 .*\. Delete .*older and .* is lost\.$/,
  );
});

test("a folder that does not contain PostgreSQL's data is reported and left unchanged", () => {
  const folder = join(folders, "foreign");
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(folder, "data", "letter.txt"), "sample");
  expect((failure({ folder }) as Error).message).toMatch(
    /foreign\/data does not contain PostgreSQL's data\. Check what is in it/,
  );
  expect(readdirSync(join(folder, "data"))).toEqual(["letter.txt"]);
});

test("a server that dies by itself is not mistaken for one that another command stops", () => {
  const folder = join(folders, "dying");
  const error = failure({ folder, tls: { port: 1, certificate: "none", key: "none" } });
  expect(error).toBeInstanceOf(UserError);
  expect(error).not.toBeInstanceOf(NotStarted);
  expect((error as Error).message).toMatch(/server\.log, ends with:\n(.|\n)*could not load server certificate/);
});

test("a failed creation of data leaves nothing", () => {
  const folder = join(folders, "failing");
  expect(failure({ folder, settings: { no_such_setting: "1" } })).toBeInstanceOf(UserError);
  expect(readdirSync(folder)).toEqual([]);
});

test("leftovers of a killed command are removed; data that another command is creating is kept", () => {
  const folder = join(folders, "left");
  const { pid: dead } = spawnSync("true");
  const [left, living] = [`data.making-${String(dead)}-left`, `data.making-${String(process.ppid)}-living`];
  mkdirSync(join(folder, left), { recursive: true });
  mkdirSync(join(folder, living));
  writeFileSync(join(folder, left, "PG_VERSION"), "17\n");
  expect(failure({ folder, settings: { no_such_setting: "1" } })).toBeInstanceOf(UserError);
  expect(readdirSync(folder)).toEqual([living]);
});
