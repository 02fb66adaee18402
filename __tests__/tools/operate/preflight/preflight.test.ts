import type { CheckResult, Kind } from "../../../../tools/operate/preflight/check";
import type { Outcome } from "../../../../tools/shared/aws/finding";
import { blockers, callerOf, renderPreflight, requirePassing } from "../../../../tools/operate/preflight/preflight";

function result(name: string, kind: Kind, outcome: Outcome, remedy?: string): CheckResult {
  return { name, kind, outcome, detail: `detail of ${name}`, remedy };
}

const CALLER = { account: "111122223333", arn: "arn:aws:iam::111122223333:user/ann" };
const RESULTS = [
  { ...result("account", "blocking", "ok"), caller: CALLER },
  result("bucket", "blocking", "failed", "make it"),
  result("role", "blocking", "unknown", "allow it"),
  result("readers", "blocking", "failed", "add it"),
  result("mail", "warning", "failed", "confirm it"),
  result("tags", "warning", "unknown"),
];

describe("blockers", () => {
  test("are the failed blocking checks, not unknown ones or warnings", () => {
    expect(blockers(RESULTS).map(({ name }) => name)).toEqual(["bucket", "readers"]);
  });
});

describe("requirePassing", () => {
  test("names every blocking failure with its remedy, and nothing else", () => {
    expect(() => {
      requirePassing(RESULTS);
    }).toThrow(
      [
        "The preflight failed, and nothing was changed:",
        "  - bucket: detail of bucket",
        "    → make it",
        "  - readers: detail of readers",
        "    → add it",
      ].join("\n"),
    );
  });

  test("accepts warnings and unknown outcomes", () => {
    expect(() => {
      requirePassing(RESULTS.filter(({ kind, outcome }) => kind === "warning" || outcome !== "failed"));
    }).not.toThrow();
  });
});

describe("callerOf", () => {
  test("is the caller from the account's check", () => {
    expect(callerOf(RESULTS)).toBe(CALLER);
  });

  test("is undefined if AWS did not answer", () => {
    expect(callerOf(RESULTS.slice(1))).toBeUndefined();
  });
});

describe("renderPreflight", () => {
  test("has one line per check, followed by the remedy if it is not ok", () => {
    expect(renderPreflight(RESULTS, { color: false }).split("\n")).toEqual([
      "  ok       blocking  account               detail of account",
      "  failed   blocking  bucket                detail of bucket",
      "                     → make it",
      "  unknown  blocking  role                  detail of role",
      "                     → allow it",
      "  failed   blocking  readers               detail of readers",
      "                     → add it",
      "  failed   warning   mail                  detail of mail",
      "                     → confirm it",
      "  unknown  warning   tags                  detail of tags",
    ]);
  });

  test("puts a text of several lines on one, without control characters", () => {
    const rude = { ...result("rude", "warning", "failed"), detail: "one\n  two\u001b[2J", remedy: "a\r\nb" };
    expect(renderPreflight([rude], { color: false })).toBe(
      ["  failed   warning   rude                  one two [2J", "                     → a b"].join("\n"),
    );
  });

  test("colours only the outcome: red blocks, yellow does not, green is ok", () => {
    const coloured = renderPreflight(RESULTS, { color: true });
    // eslint-disable-next-line no-control-regex -- colours are control characters
    expect([...coloured.matchAll(/\u001b\[(\d\d)m(\w+) *\u001b\[0m/g)].map(([, color, word]) => [color, word])).toEqual(
      [
        ["32", "ok"],
        ["31", "failed"],
        ["33", "unknown"],
        ["31", "failed"],
        ["33", "failed"],
        ["33", "unknown"],
      ],
    );
    // eslint-disable-next-line no-control-regex -- colours are control characters
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(renderPreflight(RESULTS, { color: false }));
  });
});
