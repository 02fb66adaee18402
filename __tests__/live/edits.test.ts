import { CHECKS } from "./checks";
import { EDITS, setFields } from "./edits";
import { LIVE, loadConfiguration, type Texts } from "./load";

const live = loadConfiguration(LIVE);

/** Expects that everything that reads the live configuration accepts an edited one. */
function expectGreen(texts: Texts): void {
  const configuration = loadConfiguration(texts);
  expect(configuration).not.toEqual(live);
  for (const check of Object.values(CHECKS)) {
    check(configuration);
  }
}

test("there are at least thirty edits", () => {
  expect(new Set(EDITS.map(({ title }) => title)).size).toBeGreaterThanOrEqual(30);
});

test.each(EDITS)("an edit that $title can be merged", (edit) => {
  expectGreen(setFields(LIVE, edit));
});

test("an edit that moves everything to another account can be merged", () => {
  const [id = ""] = /\d{12}/.exec(LIVE.account) ?? [];
  const another = id === "111122223333" ? "444455556666" : "111122223333";
  expectGreen({
    account: LIVE.account.replaceAll(id, another),
    environments: LIVE.environments.replaceAll(id, another),
  });
});

test("an edit that renames an environment, before the first deployment, can be merged", () => {
  const name = live.environments[0]?.name ?? "";
  expectGreen({ ...LIVE, environments: LIVE.environments.replace(`name: "${name}"`, 'name: "play"') });
});

test("an edit that removes an environment can be merged", () => {
  expectGreen({ ...LIVE, environments: LIVE.environments.replace(/(environments.*= \[)\w+, /, "$1") });
});

test.each([
  ["a field is lost", /^ {2}alarmEmail: .*\n/m, "", "alarmEmail is missing"],
  ["a zone is misspelt", /zones: \["a"/, 'zones: ["x"', "network.zones[0] is"],
])("an edit is refused when %s", (_, pattern, replacement, problem) => {
  const broken = loadConfiguration({ ...LIVE, environments: LIVE.environments.replace(pattern, replacement) });
  expect(() => {
    CHECKS["is valid"]?.(broken);
  }).toThrow(problem);
});
