import type { Json } from "../../../../tools/shared/json";
import { conditionsOf, parsePolicy } from "../../../../tools/shared/iam/policy";

test.each<[string, Json | undefined, object[] | undefined]>([
  ["a policy", '{"Statement":[{"Sid":"A"}]}', [{ sid: "A" }]],
  ["a policy of one statement", '{"Statement":{"Sid":"A"}}', [{ sid: "A" }]],
  ["a policy without statements", '{"Version":"2012-10-17"}', undefined],
  ["JSON that is not a policy", "[1]", undefined],
  ["a text that begins like JSON", "{oven}", undefined],
  ["nothing", undefined, undefined],
])("reads %s", (_, text, expected) => {
  const parsed = parsePolicy(text);
  expect(parsed?.map(({ sid }) => ({ sid }))).toEqual(expected);
});

test.each<[string, object, Record<string, readonly string[]>]>([
  ["one value", { Action: "s3:GetObject" }, { Action: ["s3:GetObject"] }],
  ["values in their order", { NotAction: ["s3:Put*", "s3:Get*"] }, { NotAction: ["s3:Put*", "s3:Get*"] }],
  ["everyone", { Principal: "*" }, { Principal: ["AWS: *"] }],
  [
    "principals of several types",
    { Principal: { AWS: ["1", "2"], Service: "lambda.amazonaws.com" } },
    { Principal: ["AWS: 1", "AWS: 2", "Service: lambda.amazonaws.com"] },
  ],
  [
    "conditions, each by operator and key",
    { Condition: { StringEquals: { "aws:A": "a", "aws:B": ["b", "c"] }, Bool: { "aws:C": true } } },
    {
      "Condition StringEquals aws:A": ["a"],
      "Condition StringEquals aws:B": ["b", "c"],
      "Condition Bool aws:C": ["true"],
    },
  ],
])("an element with %s", (_, statement, elements) => {
  const [parsed] = parsePolicy(JSON.stringify({ Statement: { Effect: "Deny", ...statement } })) ?? [];
  expect(parsed?.effect).toBe("Deny");
  expect(Object.fromEntries(parsed?.elements ?? [])).toEqual({ Effect: ["Deny"], ...elements });
});

test("conditions are equal in any case and order", () => {
  const texts = [{ stringequals: { "AWS:A": ["b", "a"] } }, { StringEquals: { "aws:a": ["a", "b"] } }].map(
    (Condition) => JSON.stringify({ Statement: { Effect: "Allow", Condition } }),
  );
  const [first, second] = texts.flatMap((text) => parsePolicy(text) ?? []).map(conditionsOf);
  expect(first).toEqual(second);
  expect(first?.size).toBe(1);
});
