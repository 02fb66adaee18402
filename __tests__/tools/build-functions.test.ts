import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { buildFunctions, FUNCTION_PACKAGES } from "../../tools/build-functions.cjs";
import { runCommand } from "../../tools/lib/command";
import { PROJECT } from "../../tools/lib/synthesize";
import { temporaryFolder } from "../helpers/temporary-folder";

/** Times on either side of a build. */
const [LONG_AGO, LATER] = [new Date(2000, 0, 1), new Date(2100, 0, 1)];

/** The least that packages are made from. */
const SOURCES = {
  "tsconfig.json": "{}",
  "node_modules/.package-lock.json": "{}",
  "src/app/handler.ts": 'export { answer } from "./answer";',
  "src/app/answer.ts": "export const answer = 42;",
  "src/database/handler.ts": "export const answer = 43;",
  "src/database/migrations/2_second.sql": "-- second",
  "src/database/migrations/1_first.sql": "-- first",
  "src/database/migrations/README.md": "No migration.",
  "src/database/seed.sql": "-- seed",
};

const folder = temporaryFolder("packages");

function write(root: string, path: string, text: string, time = LONG_AGO): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, time, time);
}

/** A project of its own, with packages that were just built. */
async function smallProject(): Promise<string> {
  const root = mkdtempSync(join(folder, "project-"));
  for (const [path, text] of Object.entries(SOURCES)) {
    write(root, path, text);
  }
  await buildFunctions(root);
  return root;
}

const packageIn = (root: string, name: keyof typeof FUNCTION_PACKAGES): Buffer =>
  readFileSync(join(root, FUNCTION_PACKAGES[name].artifact));

/** Which packages a build makes anew: writing one replaces the file. */
async function builtAnew(root: string): Promise<string[]> {
  const files = Object.entries(FUNCTION_PACKAGES).map(([name, { artifact }]) => [name, join(root, artifact)] as const);
  const standing = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;
  const before = files.map(([, file]) => standing(file));
  await buildFunctions(root);
  return files.filter(([, file], index) => standing(file) !== before[index]).map(([name]) => name);
}

describe("the packages", () => {
  test("hold a bundle, and the migrating function's its SQL files, in order", async () => {
    const root = await smallProject();
    expect(Object.keys(unzipSync(packageIn(root, "app")))).toEqual(["index.js"]);
    const { "index.js": bundle, ...files } = unzipSync(packageIn(root, "migrate"));
    expect(Buffer.from(bundle ?? []).toString()).toContain("answer = 43");
    expect(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      ["migrations/1_first.sql", "-- first"],
      ["migrations/2_second.sql", "-- second"],
      ["seed.sql", "-- seed"],
    ]);
  });

  test("are the same bytes in every time zone", async () => {
    const root = await smallProject();
    const build = `require("./tools/build-functions.cjs").buildFunctions(${JSON.stringify(root)})`;
    const builds = [];
    for (const TZ of ["Asia/Kolkata", "America/Los_Angeles"]) {
      rmSync(join(root, "dist"), { recursive: true });
      const { code } = await runCommand(process.execPath, ["-e", build], { cwd: PROJECT, env: { ...process.env, TZ } });
      builds.push([code, packageIn(root, "app").toString("hex"), packageIn(root, "migrate").toString("hex")]);
    }
    expect(builds[0]).toEqual(builds[1]);
    expect(builds[0]?.[0]).toBe(0);
  });

  test("stay as they are while nothing has changed", async () => {
    expect(await builtAnew(await smallProject())).toEqual([]);
  });

  test.each([
    ["a handler changed", "src/app/handler.ts", "export const answer = 1;", ["app"]],
    ["what a handler imports changed", "src/app/answer.ts", "export const answer = 1;", ["app"]],
    ["a migration changed", "src/database/migrations/1_first.sql", "-- mended", ["migrate"]],
    ["a migration was added", "src/database/migrations/3_third.sql", "-- third", ["migrate"]],
    ["the sample data changed", "src/database/seed.sql", "-- more", ["migrate"]],
    ["the compiler's settings changed", "tsconfig.json", '{ "compilerOptions": {} }', ["app", "migrate"]],
    ["a package was installed", "node_modules/.package-lock.json", '{ "packages": {} }', ["app", "migrate"]],
    ["a package is another file than was built", FUNCTION_PACKAGES.app.artifact, "other", ["app"]],
    ["its record cannot be read", `${FUNCTION_PACKAGES.app.artifact}.made-from.json`, "{", ["app"]],
  ])("are built anew when %s", async (_title, path, text, expected) => {
    const root = await smallProject();
    write(root, path, text);
    expect(await builtAnew(root)).toEqual(expected);
  });

  test("are built anew when a migration was taken out", async () => {
    const root = await smallProject();
    rmSync(join(root, "src/database/migrations/2_second.sql"));
    expect(await builtAnew(root)).toEqual(["migrate"]);
  });

  test("are built anew after a build in whose time a source was written", async () => {
    const root = await smallProject();
    write(root, "src/app/answer.ts", "export const answer = 44;", LATER);
    await buildFunctions(root);
    expect(await builtAnew(root)).toEqual(["app"]);
  });
});

describe("loaded as Lambda loads it, from a folder of its own", () => {
  /** Runs a script beside a package's files and gives what it says on standard error. */
  async function inTask(name: keyof typeof FUNCTION_PACKAGES, script: string): Promise<string> {
    const task = mkdtempSync(join(folder, "task-"));
    for (const [path, bytes] of Object.entries(unzipSync(packageIn(PROJECT, name)))) {
      mkdirSync(dirname(join(task, path)), { recursive: true });
      writeFileSync(join(task, path), bytes);
    }
    return (await runCommand(process.execPath, ["-e", script], { cwd: task })).stderr;
  }

  test("the app's handler answers", async () => {
    const event = JSON.stringify({ httpMethod: "GET", path: "/health", requestContext: { requestId: "r-1" } });
    const script = `require("./index.js").handler(${event}).then(({ statusCode }) => console.error(statusCode))`;
    expect(await inTask("app", script)).toBe("200");
  });

  test("the migrating function has a handler", async () => {
    expect(await inTask("migrate", 'console.error(typeof require("./index.js").handler)')).toBe("function");
  });
});
