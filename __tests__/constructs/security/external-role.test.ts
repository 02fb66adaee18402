import { Token } from "cdktf";
import { ExternalRole } from "../../../src/constructs/security/external-role";
import { grantedTo } from "../../helpers/role";

const READ = { Sid: "ShopRead", Action: "s3:GetObject", Resource: "arn:aws:s3:::shop/*" };

function role(): ExternalRole {
  return new ExternalRole({ title: "ShopRole", arn: "arn:aws:iam::498192039865:role/Shop" });
}

describe("ExternalRole", () => {
  test("needs nothing until it is granted something", () => {
    expect(JSON.parse(role().policy)).toEqual({ Version: "2012-10-17", Statement: [] });
  });

  test("needs what it is granted, in the order of the grants, with their conditions", () => {
    const granted = role();
    const condition = { StringEquals: { "aws:SourceAccount": "498192039865" } };
    granted.allow({ ...READ, Condition: condition });
    granted.allow({ ...READ, Sid: "ShopReadAgain" });
    expect(grantedTo(granted)).toEqual([
      { ...READ, Effect: "Allow", Condition: condition },
      { ...READ, Sid: "ShopReadAgain", Effect: "Allow" },
    ]);
  });

  test.each([
    ["fails when a name is used twice", [READ, READ], 'ShopRole already has a statement "ShopRead"'],
    [
      "fails when a name has a hyphen, which IAM refuses",
      [{ ...READ, Sid: "Shop-Read" }],
      '"Shop-Read" cannot name a statement of ShopRole: use letters and digits',
    ],
    [
      "fails when a resource is known only after an apply",
      [{ ...READ, Resource: ["arn:aws:s3:::shop/*", `${Token.asString({ bucket: "arn" })}/*`] }],
      'Statement "ShopRead" of ShopRole contains a value that Terraform knows only after apply',
    ],
    [
      "fails when a condition is known only after an apply",
      [{ ...READ, Condition: { StringEquals: { "aws:SourceVpc": [Token.asString({ vpc: "id" })] } } }],
      'Statement "ShopRead" of ShopRole contains a value that Terraform knows only after apply',
    ],
  ])("%s", (_title, statements, message) => {
    const granted = role();
    expect(() => {
      for (const statement of statements) {
        granted.allow(statement);
      }
    }).toThrow(message);
  });
});
