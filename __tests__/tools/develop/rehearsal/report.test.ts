import { report } from "../../../../tools/develop/rehearsal/report";
import type { RehearsalResult } from "../../../../tools/develop/rehearsal/rehearsal";

const well: RehearsalResult = {
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

test("a good rehearsal fits on a screen and says what was looked at", () => {
  const text = report(well);
  expect(text.split("\n").length).toBeLessThan(40);
  expect(text).toContain("Rehearsal of dev: all is well");
  expect(text).toMatch(/Second plan +no changes/);
  expect(text).toMatch(/Secret values +in none of 21 places/);
  expect(text).toMatch(/apply +76\.9/);
  expect(text).toContain("https://example.test/dev");
});

test("a bad one names each change of the second plan and each place that holds a secret", () => {
  const text = report({
    ...well,
    succeeded: false,
    secondPlan: ["aws_vpc.VPC (update)"],
    secrets: { secrets: 1, places: 21, leaks: ["first.tfplan/tfplan"] },
  });
  expect(text).toContain("NOT WELL");
  expect(text).toContain("aws_vpc.VPC (update)");
  expect(text).toContain("found in first.tfplan/tfplan");
});

test("a search without a secret to look for does not read as a pass", () => {
  expect(report({ ...well, secrets: { secrets: 0, places: 21, leaks: [] } })).toContain("nothing was looked for");
});
