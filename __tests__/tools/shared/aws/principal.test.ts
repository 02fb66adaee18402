import { principalOf } from "../../../../tools/shared/aws/principal";

const ID = "111122223333";

test.each([
  [`arn:aws:iam::${ID}:user/ann`, { kind: "user", arn: `arn:aws:iam::${ID}:user/ann` }],
  [`arn:aws:iam::${ID}:user/team/ann`, { kind: "user", arn: `arn:aws:iam::${ID}:user/team/ann` }],
  [`arn:aws:sts::${ID}:assumed-role/deploy/ann@example.com`, { kind: "role", name: "deploy" }],
  [
    `arn:aws:sts::${ID}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann`,
    { kind: "role", name: "AWSReservedSSO_Admin_0123456789abcdef" },
  ],
  [`arn:aws:iam::${ID}:root`, { kind: "other", what: "the root user" }],
  [`arn:aws:sts::${ID}:federated-user/ann`, { kind: "other", what: "a federated user" }],
  [`arn:aws:sts::${ID}:user/ann`, { kind: "other", what: "neither an IAM user nor a role" }],
  [`arn:aws:iam::${ID}:role/deploy`, { kind: "other", what: "neither an IAM user nor a role" }],
  ["unknown", { kind: "other", what: "neither an IAM user nor a role" }],
])("the principal behind %s is %j", (arn, principal) => {
  expect(principalOf(arn)).toEqual(principal);
});
