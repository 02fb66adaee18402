import { findSecrets } from "../../../../tools/develop/rehearsal/secret-scan";

const VALUE = 'pw<a>&"b';

test.each([
  ["as it is", `password=${VALUE};`],
  ["as JSON writes it", JSON.stringify({ password: VALUE })],
  ["as Terraform's JSON writes it", '{"password":"pw\\u003ca\\u003e\\u0026\\"b"}'],
])("finds a secret %s", (_, text) => {
  expect(findSecrets(new Map([["plan", text]]), ["other", VALUE])).toEqual(["plan"]);
});

test("names the places that hold a secret, and no other", () => {
  const places = new Map([
    ["cdk.tf.json", "{}"],
    ["state", `{"password":"longer-than-chance"}`],
  ]);
  expect(findSecrets(places, ["longer-than-chance"])).toEqual(["state"]);
  expect(findSecrets(places, [])).toEqual([]);
});
