import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { constructExamples, runExample } from "../helpers/construct-examples";
import { temporaryFolder } from "../helpers/temporary-folder";

const CONSTRUCTS = resolve(__dirname, "..", "..", "src", "constructs");
const examples = constructExamples();

describe("the examples of the constructs' READMEs", () => {
  const folder = temporaryFolder("construct-examples");

  test.each(examples.map((example) => [example.name, example] as const))(
    "%s creates exactly what its README lists, in a plain stack",
    (name, example) => {
      const outdir = join(folder, name);
      mkdirSync(outdir);
      const { template } = runExample(example, outdir);
      expect(template.inventory).toEqual(example.inventory);
      // A stack without the names of this project: cdktf's own addresses, no tags, no remote state.
      expect(template.text).not.toMatch(/aleenascuisine|498192039865/i);
      expect(template.text).not.toContain("$${");
    },
  );

  test("use every construct, in the README next to it", () => {
    const files = readdirSync(CONSTRUCTS, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
    const constructs = files.flatMap((path) => {
      const [, name] =
        /^export class (\w+) extends Construct\b/m.exec(readFileSync(join(CONSTRUCTS, path), "utf8")) ?? [];
      return name === undefined ? [] : [{ name, area: dirname(path) }];
    });
    const unused = constructs.filter(
      ({ name, area }) =>
        !examples.some((example) => example.folder === join(CONSTRUCTS, area) && example.code.includes(`new ${name}(`)),
    );
    expect(constructs.length).toBeGreaterThan(15);
    expect(unused).toEqual([]);
  });
});
