import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import { pinnedProvider, providerInstallation } from "../../tools/shared/terraform/provider";
import { Terraform } from "../../tools/shared/terraform/terraform";
import { constructExamples, runExample, type ConstructExample } from "../helpers/construct-examples";
import { temporaryFolder } from "../helpers/temporary-folder";
import { describeWith } from "./describe-with";

/** Only a test that hangs reaches this. */
const TEN_MINUTES = 600_000;

const examples = constructExamples();

/** The compiler's errors for the examples, each as a file next to its README. */
function problemsOf(checked: readonly ConstructExample[]): string[] {
  const files = new Map(checked.map(({ name, folder, code }) => [join(folder, `${name}.ts`), code]));
  const file = ts.readConfigFile(join(PROJECT, "tsconfig.json"), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, PROJECT);
  const host = ts.createCompilerHost(options);
  const read = host.readFile.bind(host);
  host.readFile = (path) => files.get(path) ?? read(path);
  const exists = host.fileExists.bind(host);
  host.fileExists = (path) => files.has(path) || exists(path);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host))
    .map(
      ({ file: source, messageText }) =>
        `${source?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

describe("the examples of the constructs' READMEs", () => {
  test(
    "compile, and would not with a prop that a construct does not have",
    () => {
      const mistyped = examples
        .filter(({ name }) => name === "cost-1")
        .map((example) => ({ ...example, name: "mistyped", code: example.code.replace("amountUsd", "amountEur") }));
      expect(problemsOf([...examples, ...mistyped])).toEqual([
        expect.stringMatching(/mistyped\.ts: .*'amountEur' does not exist/),
      ]);
    },
    TEN_MINUTES,
  );
});

describeWith(["terraform"], "terraform validate", () => {
  const folder = temporaryFolder("construct-examples");

  test(
    "has neither an error nor a warning for the examples, as the modules of one configuration",
    async () => {
      const modules = examples.map(asModule);
      const { source, version } = pinnedProvider(join(folder, modules[0]?.path ?? ""));
      writeFileSync(
        join(folder, "cdk.tf.json"),
        JSON.stringify({
          terraform: { required_providers: { aws: { source, version } } },
          module: Object.fromEntries(modules.map(({ name, path }) => [name, { source: `./${path}` }])),
          import: modules.flatMap(({ imports }) => imports),
        }),
      );
      const terraform = new Terraform(folder, {
        ...process.env,
        ...providerInstallation({ source, version }, folder),
      });
      await terraform.initWithoutBackend();
      expect(await terraform.validate()).toEqual([]);
    },
    TEN_MINUTES,
  );

  /**
   * Writes an example as a module. What only a root module may have is left out, as the backend, or is returned, as
   * the imports; its files go to where the root module looks for them.
   */
  function asModule(example: ConstructExample): { name: string; path: string; imports: readonly object[] } {
    const outdir = join(folder, example.name);
    mkdirSync(outdir);
    const { stackFolder, template } = runExample(example, outdir);
    const { import: imports = [], terraform, ...json } = template.json;
    const { required_providers } = terraform;
    writeFileSync(join(stackFolder, "cdk.tf.json"), JSON.stringify({ ...json, terraform: { required_providers } }));
    const assets = join(stackFolder, "assets");
    if (existsSync(assets)) {
      cpSync(assets, join(folder, "assets"), { recursive: true });
    }
    return {
      name: example.name,
      path: relative(folder, stackFolder),
      imports: imports.map((block) => ({ ...block, to: `module.${example.name}.${String(block.to)}` })),
    };
  }
});
