import type { ClientBase } from "pg";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { INTERFACE_ENDPOINTS } from "../../../src/constructs/network/limits";
import { APP_QUERIES } from "../../../src/database/queries";
import { readSchema } from "../../../src/database/schema";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { ENVIRONMENT_FILES, environmentFile } from "../../pipeline/environment-files";
import type { Command } from "../../shared/terminal/command";
import { configurationTable, differencesTable } from "./configuration-table";
import { gateTable, protectedTypesTable } from "./gate-table";
import { helpText } from "./help";
import { withTable } from "./markdown";
import { openApiDocument } from "./openapi";
import { schemaReference } from "./schema-reference";

/** A file that is generated, or has generated parts. */
export interface GeneratedFile {
  /** Relative to the project. */
  readonly path: string;
  /** The text that it must have. @param current - its text now */
  readonly text: (current: string) => string;
}

/** Sources of generated files. */
export interface Configuration {
  readonly account: AwsAccount;
  readonly environments: readonly EnvironmentConfig[];
}

/** Every file that is generated from the sources alone. `npm run docs` writes them. */
export function generatedFiles(
  commands: readonly Command[],
  { account, environments }: Configuration,
): readonly GeneratedFile[] {
  const names = environments.map(({ name }) => name);
  return [
    { path: "help", text: () => helpText(commands) },
    { path: "README.md", text: (text) => withTable(text, "configuration", differencesTable(environments)) },
    {
      path: "docs/configuration.md",
      text: (text) => withTable(text, "configuration", configurationTable(environments)),
    },
    {
      path: "docs/review.md",
      text: (text) => withTable(withTable(text, "protected types", protectedTypesTable()), "gate", gateTable()),
    },
    { path: "docs/openapi.json", text: () => `${JSON.stringify(openApiDocument(account.region, names), null, 2)}\n` },
    ...ENVIRONMENT_FILES.map((path) => ({
      path,
      text: (text: string) => environmentFile(path, text, { account, names }),
    })),
  ];
}

/** File of the schema's reference, relative to the project. */
export const SCHEMA_FILE = "docs/schema.md";

/** The text of {@link SCHEMA_FILE}. @param client - of a freshly migrated database */
export async function schemaText(client: ClientBase): Promise<string> {
  return schemaReference(await readSchema(client), APP_QUERIES);
}

/**
 * File of the addresses of an environment's resources, relative to the project. A renamed construct changes it, so that
 * nobody overlooks a replacement.
 */
export const ADDRESSES_FILE = "__tests__/golden/addresses.txt";

/** The environment that {@link ADDRESSES_FILE} lists: two zones, every endpoint. Addresses depend on nothing else. */
export function listedEnvironment(config: EnvironmentConfig): EnvironmentConfig {
  return { ...config, network: { ...config.network, zones: ["a", "b"], interfaceEndpoints: INTERFACE_ENDPOINTS } };
}

type Blocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The text of {@link ADDRESSES_FILE}: addresses of all resources and ephemeral blocks, sorted, one per line.
 *
 * @param json - the synthesized stack, `cdk.tf.json`
 */
export function addressesText(json: string): string {
  const { resource = {}, ephemeral = {}, data = {} } = JSON.parse(json) as Partial<Record<string, Blocks>>;
  const list = (blocks: Blocks, prefix = ""): string[] =>
    Object.entries(blocks).flatMap(([type, byId]) => Object.keys(byId).map((id) => `${prefix}${type}.${id}`));
  return `${[...list(resource), ...list(ephemeral, "ephemeral."), ...list(data, "data.")].sort().join("\n")}\n`;
}
