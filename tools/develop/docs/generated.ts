import type { EnvironmentConfig } from "../../../src/config/schema";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { ENVIRONMENT_FILES, environmentFile } from "../../pipeline/environment-files";
import { configurationTable, differencesTable } from "./configuration-table";
import { gateTable, protectedTypesTable } from "./gate-table";
import { withTable } from "./markdown";

/** What is synthesized, and what the generated parts of files follow from. */
export interface Configuration {
  readonly account: AwsAccount;
  readonly environments: readonly EnvironmentConfig[];
}

/** A file of which a part is generated. */
export interface GeneratedFile {
  /** Path from the project's folder. */
  readonly file: string;
  /** What is generated in it. */
  readonly part: string;
  /** The file's text with that part renewed; the rest stays. */
  readonly renew: (text: string) => string;
}

/** Every file with a part that follows from the configuration or from the sources. */
export function generatedFiles({ account, environments }: Configuration): GeneratedFile[] {
  const tables: [file: string, name: string, content: () => string][] = [
    ["docs/configuration.md", "configuration", () => configurationTable(environments)],
    ["README.md", "configuration", () => differencesTable(environments)],
    ["docs/review.md", "protected types", protectedTypesTable],
    ["docs/review.md", "gate", gateTable],
  ];
  const names = environments.map(({ name }) => name);
  return [
    ...tables.map(([file, name, content]) => ({
      file,
      part: `the table of ${name}`,
      renew: (text: string) => withTable(text, name, content()),
    })),
    ...ENVIRONMENT_FILES.map((file) => ({
      file,
      part: "what names environments and the account",
      renew: (text: string) => environmentFile(file, text, { account, names }),
    })),
  ];
}
