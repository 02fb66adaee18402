import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const ROOT = join(__dirname, "..", "..");

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const filesOf = (folder: string, name: RegExp): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => name.test(path))
    .map((path) => join(folder, path));

const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...[".github", "docs", "src"].flatMap((folder) => filesOf(folder, /\.md$/)),
].filter((path) => path !== "docs/handover-original.md");

const SOURCES = ["src", "tools"].flatMap((folder) => filesOf(folder, /\.(ts|cjs|sh|py)$/));

/** Headings of a page, without marks. */
function headings(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) => text.replaceAll("`", ""));
}

/** Anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
}

/** Prose of a page: without fenced blocks, whose files may be examples. */
function prose(page: string): string {
  return read(page).replace(/^( *)```[^]*?^\1```$/gm, "");
}

test.each(PAGES)("%s: every path of the project exists", (page) => {
  const paths = [...prose(page).matchAll(/`((?:src|tools|docs|__tests__|\.ci|\.github)\/[^`\s*]+)`/g)].map(
    ([, path = ""]) => path,
  );
  expect(paths.filter((path) => !/NAME|AREA/.test(path) && !existsSync(join(ROOT, path)))).toEqual([]);
});

test.each(PAGES)("%s: every link leads to a page and a heading", (page) => {
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) {
      return false;
    }
    const [path = "", heading] = link.split("#");
    const target = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
    return (
      !existsSync(join(ROOT, target)) || (heading !== undefined && !headings(target).map(anchor).includes(heading))
    );
  });
  expect(broken).toEqual([]);
});

test.each(PAGES)("%s: every section that it names in quotes is a heading of the page it links to", (page) => {
  const named = [...prose(page).matchAll(/"([^"]+)" in\s+\[[^\]]+\]\(([^)#]+\.md)\)/g)];
  const missing = named.filter(
    ([, title = "", path = ""]) =>
      !headings(join(dirname(page), path)).some((heading) => heading === title.replace(/\s+/g, " ")),
  );
  expect(missing.map(([text]) => text)).toEqual([]);
});

test("every page and section that a message or a comment names exists", () => {
  const named = SOURCES.flatMap((path) =>
    [...read(path).matchAll(/docs\/([\w-]+\.md)(?:, "([^"$]+)"| says under "([^"]+)")?/g)].map(
      ([text, page = "", section = "", under = ""]) => ({ path, text, page: `docs/${page}`, title: section || under }),
    ),
  );
  expect(named.length).toBeGreaterThan(5);
  const missing = named.filter(
    ({ page, title }) => !existsSync(join(ROOT, page)) || !read(page).includes(title.replace(/\s+/g, " ")),
  );
  expect(missing.map(({ path, text }) => `${path}: ${text}`)).toEqual([]);
});

test("README.md shows the first example of the storage constructs, as it is from the project's root", () => {
  const first = (page: string): string | undefined =>
    /^```ts\n([^]*?)^```$/m.exec(readFileSync(join(ROOT, page), "utf8"))?.[1];
  const example = first("src/constructs/storage/README.md");
  expect(example).toBeDefined();
  expect(first("README.md")).toBe(example?.replaceAll('from "./', 'from "./src/constructs/storage/'));
});
