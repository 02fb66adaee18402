import type { Json } from "../../../../tools/shared/terraform/plan-json";
import { compareStatements, parseJson, parsePolicy } from "../../../../tools/shared/iam/changes";

const READ = { Sid: "Read", Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:root" }, Action: "s3:GetObject" };
const TLS = { Sid: "Tls", Effect: "Deny", Principal: "*", Action: "s3:*", Condition: { Bool: { "aws:S": "false" } } };

describe("policies that say the same", () => {
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
    expect(compareStatements(before, after)).toEqual([]);
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
    expect(compareStatements(before, after)).toMatchObject(expected);
  });
});

describe("an Allow is public", () => {
  test.each<[string, Json, boolean]>([
    ["that speaks to everyone", { Principal: "*" }, true],
    ["that speaks to every principal of AWS", { Principal: { AWS: "*" } }, true],
    ["that has everyone in a list", { Principal: { AWS: ["arn:aws:iam::1:root", "*"] } }, true],
    ["that speaks to all but some", { NotPrincipal: { AWS: "arn:aws:iam::1:root" } }, true],
    ["not if a condition limits it", { Principal: "*", Condition: { StringEquals: { "aws:S": "1" } } }, false],
    ["not if it names whom it lets in", { Principal: { AWS: "arn:aws:iam::1:root" } }, false],
    ["not if it is a Deny", { Principal: "*", Effect: "Deny" }, false],
  ])("%s: %j", (_, elements, expected) => {
    const statement = { Sid: "A", Effect: "Allow", Action: "a:B", ...(elements as object) };
    expect(compareStatements([], [statement])[0]?.public).toBe(expected);
  });
});

test.each<[string, Json | undefined, Json | undefined]>([
  ["a policy", '{"Statement":[{"Sid":"A"}]}', [{ Sid: "A" }]],
  ["a policy of one statement", '{"Statement":{"Sid":"A"}}', [{ Sid: "A" }]],
  ["a policy without statements", '{"Version":"2012-10-17"}', undefined],
  ["JSON that is no policy", "[1]", undefined],
  ["a text that begins like JSON", "{oven}", undefined],
  ["nothing", undefined, undefined],
])("reads %s", (_, text, expected) => {
  expect(parsePolicy(text)).toEqual(expected);
});

test.each<[string, Json, Json | undefined]>([
  ["an object", ' {"a":1}', { a: 1 }],
  ["a list", "[1,2]", [1, 2]],
  ["a number, which is a text", "12", undefined],
  ["a quoted text, which is a text", '"a"', undefined],
  ["a boolean, which is no text", true, undefined],
])("takes %s for what it is", (_, text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});
