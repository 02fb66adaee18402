import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACCOUNT } from "../../src/config/account";
import { environments } from "../../src/config/environments";
import { COMMANDS } from "../../tools/cli";
import {
  ADDRESSES_FILE,
  addressesText,
  generatedFiles,
  listedEnvironment,
} from "../../tools/develop/docs/generated-files";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import { dev, prod } from "../fixtures/environments";
import { environmentTemplate } from "../helpers/stack-templates";

const read = (path: string): string => readFileSync(join(PROJECT, path), "utf8");

test.each(generatedFiles(COMMANDS, { account: ACCOUNT, environments }))(
  "$path is current: npm run docs writes it",
  ({ path, text }) => {
    expect(read(path)).toBe(text(read(path)));
  },
);

test.each([dev, prod])("the addresses of $name are those of the golden list: npm run docs writes it", (config) => {
  expect(addressesText(environmentTemplate(listedEnvironment(config)).text)).toBe(read(ADDRESSES_FILE));
});

describe("help", () => {
  const lines = read("help").trimEnd().split("\n");
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

  test("fits one screen", () => {
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });

  test("has every command", () => {
    const shown = lines.flatMap((line) => /(?:npm run(?: --silent)?|run\.cjs) ([\w:]+)/.exec(line)?.[1] ?? []);
    const expected = COMMANDS.map(({ name }) => name);
    expect(expected.filter((name) => !shown.includes(name))).toEqual([]);
  });

  test("has every npm script but second names", () => {
    const absent = Object.keys(scripts).filter(
      (name) => !new RegExp(`npm (run |--silent )*${name}\\b`).test(read("help")),
    );
    expect(absent).toEqual(["survivors", "format:check"]);
  });

  test("names no script that does not exist", () => {
    const named = lines.flatMap((line) =>
      [...line.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name = ""]) => name),
    );
    expect(named.filter((name) => name !== "COMMAND" && scripts[name] === undefined)).toEqual([]);
  });
});
