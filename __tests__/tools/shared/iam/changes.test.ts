import type { Json } from "../../../../tools/shared/json";
import { compareStatements, type StatementChange } from "../../../../tools/shared/iam/changes";
import { parsePolicy, type ParsedStatement } from "../../../../tools/shared/iam/policy";

const READ = { Sid: "Read", Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:root" }, Action: "s3:GetObject" };
const TLS = { Sid: "Tls", Effect: "Deny", Principal: "*", Action: "s3:*", Condition: { Bool: { "aws:S": "false" } } };

function compare(before: readonly Json[], after: readonly Json[]): StatementChange[] {
  const parsed = (statements: readonly Json[]): readonly ParsedStatement[] =>
    parsePolicy(JSON.stringify({ Statement: statements })) ?? [];
  return compareStatements(parsed(before), parsed(after));
}

describe("policies that mean the same", () => {
  test.each<[string, readonly Json[], readonly Json[]]>([
    ["statements in another order", [READ, TLS], [TLS, READ]],
    [
      "elements in another order",
      [READ],
      [{ Action: READ.Action, Principal: READ.Principal, Effect: "Allow", Sid: "Read" }],
    ],
    [
      "one value and a list of one",
      [READ],
      [{ ...READ, Action: ["s3:GetObject"], Principal: { AWS: ["arn:aws:iam::1:root"] } }],
    ],
    ["a list in another order", [{ ...READ, Action: ["a:B", "a:C"] }], [{ ...READ, Action: ["a:C", "a:B"] }]],
    ["everyone in two spellings", [TLS], [{ ...TLS, Principal: { AWS: "*" } }]],
    ["a condition as one value and as a list", [TLS], [{ ...TLS, Condition: { Bool: { "aws:S": ["false"] } } }]],
    ["a condition as text and as a boolean", [TLS], [{ ...TLS, Condition: { Bool: { "aws:S": false } } }]],
    [
      "statements without Sid in another order",
      [{ ...READ, Sid: undefined }, TLS] as Json[],
      [TLS, { ...READ, Sid: undefined }] as Json[],
    ],
  ])("%s", (_, before, after) => {
    expect(compare(before, after)).toEqual([]);
  });
});

describe("policies that differ", () => {
  test.each<[string, readonly Json[], readonly Json[], object[]]>([
    [
      "a statement more",
      [TLS],
      [TLS, READ],
      [
        {
          change: "added",
          name: "Read",
          effect: "Allow",
          public: false,
          lines: ["+ Action s3:GetObject", "+ Effect Allow", "+ Principal AWS: arn:aws:iam::1:root"],
        },
      ],
    ],
    [
      "a statement less",
      [TLS, READ],
      [READ],
      [
        {
          change: "removed",
          name: "Tls",
          effect: "Deny",
          public: false,
          lines: ["- Action s3:*", "- Condition Bool aws:S false", "- Effect Deny", "- Principal AWS: *"],
        },
      ],
    ],
    [
      "one action more",
      [READ],
      [{ ...READ, Action: ["s3:GetObject", "s3:PutObject"] }],
      [{ change: "changed", name: "Read", lines: ["+ Action s3:PutObject"] }],
    ],
    [
      "another principal",
      [READ],
      [{ ...READ, Principal: { Service: "cloudfront.amazonaws.com" } }],
      [
        {
          change: "changed",
          lines: ["- Principal AWS: arn:aws:iam::1:root", "+ Principal Service: cloudfront.amazonaws.com"],
        },
      ],
    ],
    [
      "a Deny that becomes an Allow",
      [TLS],
      [{ ...TLS, Effect: "Allow" }],
      [{ change: "changed", effect: "Allow", lines: ["- Effect Deny", "+ Effect Allow"] }],
    ],
    [
      "a statement without Sid, which is another one once it changed",
      [{ Effect: "Allow", Principal: "*", Action: "a:B" }],
      [{ Effect: "Allow", Principal: "*", Action: "a:C" }],
      [
        { change: "added", name: "a statement without Sid", public: true },
        { change: "removed", name: "a statement without Sid", public: false },
      ],
    ],
    [
      "the same statement without Sid a second time",
      [{ Effect: "Deny", Principal: "*", Action: "a:B" }],
      [
        { Effect: "Deny", Principal: "*", Action: "a:B" },
        { Effect: "Deny", Principal: "*", Action: "a:B" },
      ],
      [{ change: "added", name: "a statement without Sid" }],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(compare(before, after)).toMatchObject(expected);
  });
});

describe("an Allow is public", () => {
  test.each<[string, Json, boolean]>([
    ["for everyone", { Principal: "*" }, true],
    ["for every principal of AWS", { Principal: { AWS: "*" } }, true],
    ["with everyone in a list", { Principal: { AWS: ["arn:aws:iam::1:root", "*"] } }, true],
    ["for everyone but some", { NotPrincipal: { AWS: "arn:aws:iam::1:root" } }, true],
    ["not if a condition limits it", { Principal: "*", Condition: { StringEquals: { "aws:S": "1" } } }, false],
    ["not if it names its principals", { Principal: { AWS: "arn:aws:iam::1:root" } }, false],
    ["not if it is a Deny", { Principal: "*", Effect: "Deny" }, false],
  ])("%s: %j", (_, elements, expected) => {
    const statement = { Sid: "A", Effect: "Allow", Action: "a:B", ...(elements as object) };
    expect(compare([], [statement])[0]?.public).toBe(expected);
  });
});
