import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { ACCOUNT } from "../../../src/config/account";
import { environments } from "../../../src/config/environments";
import { stackName } from "../../../src/config/names";
import { migrate } from "../../../src/database/migrate";
import { EnvironmentStack } from "../../../src/stacks/environment-stack";
import { UserError } from "../../../src/shared/user-error";
import { buildFunctions } from "../../build/build-functions.cjs";
import { cleaningUp } from "../../shared/process/interrupt";
import type { Run } from "../../shared/terminal/command";
import { PROJECT, stackFolder } from "../../shared/terraform/synthesize";
import { ensureDatabase } from "../../shared/postgres/database";
import { startPostgres } from "../../shared/postgres/server";
import { openSession } from "../../shared/postgres/session";
import {
  ADDRESSES_FILE,
  addressesText,
  generatedFiles,
  listedEnvironment,
  SCHEMA_FILE,
  schemaText,
} from "./generated-files";

/** Runs `npm run docs`. */
export const run: Run = (_line, { commands, print }) =>
  cleaningUp("at once", async (onExit) => {
    const folder = (): string => {
      const path = mkdtempSync(join(tmpdir(), "aleenascuisine-docs-"));
      onExit(() => rm(path, { recursive: true, force: true }));
      return path;
    };
    const written = [
      ...generatedFiles(commands, { account: ACCOUNT, environments }).filter(({ path, text }) =>
        write(path, text(read(path))),
      ),
      ...[
        { path: ADDRESSES_FILE, text: await freshAddresses(folder()) },
        { path: SCHEMA_FILE, text: await freshSchema(folder(), onExit) },
      ].filter(({ path, text }) => write(path, text)),
    ];
    print(
      written.length === 0 ? "Every generated file is current." : written.map(({ path }) => `Wrote ${path}`).join("\n"),
    );
    return 0;
  });

async function freshAddresses(outdir: string): Promise<string> {
  const [config] = environments;
  if (config === undefined) {
    throw new UserError("src/config/environments.ts lists no environment, so there are no addresses to write.");
  }
  await buildFunctions(PROJECT);
  const app = new App({ outdir });
  new EnvironmentStack(app, listedEnvironment(config));
  app.synth();
  return addressesText(readFileSync(join(stackFolder(outdir, stackName(config.name)), "cdk.tf.json"), "utf8"));
}

/** The reference of a database that is migrated on its own server. */
async function freshSchema(folder: string, onExit: (clean: () => Promise<void>) => void): Promise<string> {
  const server = startPostgres({ folder });
  onExit(() => {
    server.stop();
    return Promise.resolve();
  });
  const client = await openSession(await ensureDatabase(server, { database: "docs", owner: "docs_owner" }));
  onExit(() => client.end());
  await migrate(client);
  return schemaText(client);
}

function read(path: string): string {
  const file = join(PROJECT, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** @returns whether the file changed */
function write(path: string, text: string): boolean {
  const changed = read(path) !== text;
  if (changed) {
    writeFileSync(join(PROJECT, path), text);
  }
  return changed;
}
