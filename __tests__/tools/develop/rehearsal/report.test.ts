import { report } from "../../../../tools/develop/rehearsal/report";
import type { RehearsalResult } from "../../../../tools/develop/rehearsal/rehearsal";

const succeeded: RehearsalResult = {
  environment: "dev",
  resources: 96,
  seconds: new Map([
    ["plan", 7.2],
    ["apply", 76.9],
  ]),
  outputs: { ApiUrl: "https://example.test/dev" },
  secondPlan: [],
  secrets: { secrets: 1, places: 21, leaks: [] },
  destroy: "destroyed",
  succeeded: true,
};

test("a rehearsal that succeeded fits on a screen and lists what was checked", () => {
  const text = report(succeeded);
  expect(text.split("\n").length).toBeLessThan(40);
  expect(text).toContain("Rehearsal of dev: succeeded");
  expect(text).toMatch(/Second plan +no changes/);
  expect(text).toMatch(/Secret values +in none of 21 places/);
  expect(text).toMatch(/apply +76\.9/);
  expect(text).toContain("https://example.test/dev");
});

test("a rehearsal that failed lists each change of the second plan and each place with a secret", () => {
  const text = report({
    ...succeeded,
    succeeded: false,
    secondPlan: ["aws_vpc.VPC (update)"],
    secrets: { secrets: 1, places: 21, leaks: ["first.tfplan/tfplan"] },
  });
  expect(text).toContain("FAILED");
  expect(text).toContain("aws_vpc.VPC (update)");
  expect(text).toContain("found in first.tfplan/tfplan");
});

test("a search that found no secrets to search for is reported as such", () => {
  expect(report({ ...succeeded, secrets: { secrets: 0, places: 21, leaks: [] } })).toContain("nothing to search for");
});
