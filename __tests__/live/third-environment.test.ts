import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentFile, ENVIRONMENT_FILES } from "../../tools/pipeline/environment-files";
import { deployTrust } from "../../tools/operate/roles/trust-policy";
import { COMMANDS } from "../../tools/cli";
import { generatedFiles } from "../../tools/develop/docs/generated-files";
import { workflowsSuite } from "../pipeline/workflows-suite";
import { CHECKS } from "./checks";
import { LIVE, loadConfiguration } from "./load";

const ROOT = join(__dirname, "..", "..");
const NAME = "stage";

/** Files that show the configuration. */
const TABLES = ["README.md", "docs/configuration.md"];

/** The file with one literal more, a copy of the first one. */
const [literal = ""] = /^ {2}name: [^]*?^};$/m.exec(LIVE.environments) ?? [];
const text = LIVE.environments
  .replace(/^(export const environments.*= \[)/m, `const third: EnvironmentConfig = {\n${literal}\n\n$1third, `)
  .replace(/^(const third.*\n {2}name: )".*"/m, `$1"${NAME}"`);

const configuration = loadConfiguration({ ...LIVE, environments: text });
const deployment = { account: configuration.account, names: configuration.environments.map(({ name }) => name) };
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

test("a third environment is one literal", () => {
  expect(deployment.names).toEqual([NAME, ...loadConfiguration(LIVE).environments.map(({ name }) => name)]);
});

describe("a configuration with a third environment", () => {
  test.each(Object.entries(CHECKS))("%s", (_, check) => {
    check(configuration);
  });

  test("names it in the documentation", () => {
    const tables = generatedFiles(COMMANDS, configuration).filter(({ path }) => TABLES.includes(path));
    expect(tables).toHaveLength(TABLES.length);
    for (const { path, text: renewed } of tables) {
      expect(renewed(read(path))).toMatch(new RegExp(`^\\| Field +\\| ${NAME} +\\|`, "m"));
    }
  });

  test("names it among the API's addresses", () => {
    const document = generatedFiles(COMMANDS, configuration).find(({ path }) => path === "docs/openapi.json");
    const { servers } = JSON.parse(document?.text("") ?? "") as {
      servers: { variables?: { env: { enum: string[] } } }[];
    };
    expect(servers[0]?.variables?.env.enum).toContain(NAME);
  });

  test("lets the deploying role be assumed in its GitHub environment", () => {
    expect(deployTrust(configuration.account, "owner/name", deployment.names)).toContain(`:environment:${NAME}"`);
  });
});

workflowsSuite(
  "workflows with a third environment",
  (file) => (ENVIRONMENT_FILES.includes(file) ? environmentFile(file, read(file), deployment) : read(file)),
  deployment,
);
