import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Words that made readers stumble, and what to write in their place. */
const AVOIDED: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\banew\b/i, "again"],
  [/\bonce more\b/i, "again"],
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\bwhoever\b/i, "who …, the principal that …"],
  [/\bnobody foresaw\b/i, "unexpected"],
  [/\bstands\b(?! for\b)/i, "is, exists, is deployed"],
  [/\b(is|are|was|were|be|been) told\b/i, "is reported, gets a message"],
  [/\b(tells?|says?) of\b/i, "reports, shows"],
  [/\bjust so\b/i, "the same way, exactly"],
  [/\balike\b/i, "the same way"],
  [/\bbeside\b/i, "next to, alongside, and"],
  [/\b(is|are) no (JSON|YAML|folder|file|number)\b/i, "is not valid JSON, is not a folder"],
  [/(?<!npm run |alias: ")\bsurvivors?\b/i, "orphaned resources"],
  [/\blies? in\b/i, "is in"],
  [/\bbears\b/i, "has"],
  [/\b(lets?|letting) in\b/i, "allow"],
  [/\bke(ep|eps|pt) out\b/i, "deny"],
];

/** Not ours to change: the owner's document, and comments of migrations that are applied already. */
const NOT_OURS = ["docs/handover-original.md", "docs/schema.md"];

/** Parts of a page that are written from the sources. */
const GENERATED = /<!-- generated: [^]*?<!-- end of generated -->/g;

/** Each avoided word of a file: where it is, and what to write in its place. */
function stumbles(path: string): string[] {
  return readFileSync(join(ROOT, path), "utf8")
    .replace(GENERATED, (block) => block.replace(/[^\n]/g, ""))
    .split("\n")
    .flatMap((line, i) =>
      AVOIDED.flatMap(([words, instead]) => {
        const found = words.exec(line)?.[0];
        return found === undefined ? [] : [`${path}:${String(i + 1)}: "${found}" → ${instead}`];
      }),
    );
}

function filesOf(folder: string, name: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => name.test(path))
    .map((path) => join(folder, path));
}

test("documentation uses plain words", () => {
  const top = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  const pages = [...top, ...filesOf("docs", /\.(md|yaml)$/), ...filesOf(".github", /\.(md|ya?ml)$/)];
  expect(pages.filter((path) => !NOT_OURS.includes(path)).flatMap(stumbles)).toEqual([]);
});

test("messages, help, comments and names use plain words", () => {
  const sources = ["src", "tools"].flatMap((folder) => filesOf(folder, /\.(ts|cjs|sh|py|sql)$/));
  // A migration that is applied keeps its text, comments included.
  const ours = sources.filter((path) => !path.startsWith("src/database/migrations/202511020001_"));
  expect(["main.ts", "help", "docs/openapi.json", ...ours].flatMap(stumbles)).toEqual([]);
});
