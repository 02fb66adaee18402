import { Token } from "cdktf";
import { ExternalRole } from "../../../src/constructs/security/external-role";
import { askedOf } from "../../helpers/role";

const READ = { Sid: "ShopRead", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" };

function role(): ExternalRole {
  return new ExternalRole({ title: "ShopRole", arn: "arn:aws:iam::498192039865:role/Shop" });
}

describe("ExternalRole", () => {
  test("needs nothing until it is asked", () => {
    expect(JSON.parse(role().policy)).toEqual({ Version: "2012-10-17", Statement: [] });
  });

  test("needs what it was asked for, in the order of the asking, with conditions where there are some", () => {
    const asked = role();
    const condition = { StringEquals: { "aws:SourceAccount": "498192039865" } };
    asked.allow({ ...READ, Condition: condition });
    asked.deny({ ...READ, Sid: "ShopRefused" });
    expect(askedOf(asked)).toEqual([
      { ...READ, Effect: "Allow", Condition: condition },
      { ...READ, Sid: "ShopRefused", Effect: "Deny" },
    ]);
  });

  test.each([
    ["fails when a name stands twice", [READ, READ], 'ShopRole has a statement "ShopRead" already'],
    [
      "fails when a name has a hyphen, which IAM refuses",
      [{ ...READ, Sid: "Shop-Read" }],
      '"Shop-Read" cannot name a statement of ShopRole: use letters and digits',
    ],
    [
      "fails when a resource is known only after an apply",
      [{ ...READ, Resource: ["arn:aws:s3:::shop/*", `${Token.asString({ bucket: "arn" })}/*`] }],
      'Statement "ShopRead" of ShopRole names what Terraform knows only after an apply',
    ],
    [
      "fails when a condition is known only after an apply",
      [{ ...READ, Condition: { StringEquals: { "aws:SourceVpc": [Token.asString({ vpc: "id" })] } } }],
      'Statement "ShopRead" of ShopRole names what Terraform knows only after an apply',
    ],
  ])("%s", (_title, statements, message) => {
    const asked = role();
    expect(() => {
      for (const statement of statements) {
        asked.allow(statement);
      }
    }).toThrow(message);
  });
});
