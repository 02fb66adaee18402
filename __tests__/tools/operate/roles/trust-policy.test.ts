import { ACCOUNT } from "../../../fixtures/environments";
import { deployTrust, planTrust } from "../../../../tools/operate/roles/trust-policy";

const ISSUER = "token.actions.githubusercontent.com";

/** What a trust policy requires of a token. */
function asked(policy: string): { audience: unknown; subjects: unknown; principal: unknown } {
  const { Statement } = JSON.parse(policy) as {
    Statement: { Principal: unknown; Condition: { StringEquals: Record<string, unknown> } }[];
  };
  const [{ Condition, Principal } = { Condition: { StringEquals: {} }, Principal: undefined }] = Statement;
  return {
    audience: Condition.StringEquals[`${ISSUER}:aud`],
    subjects: Condition.StringEquals[`${ISSUER}:sub`],
    principal: Principal,
  };
}

test("planning trusts the repository's pull requests and its main branch", () => {
  expect(asked(planTrust(ACCOUNT, "shop/platform"))).toEqual({
    audience: "sts.amazonaws.com",
    subjects: ["repo:shop/platform:pull_request", "repo:shop/platform:ref:refs/heads/main"],
    principal: { Federated: `arn:aws:iam::498192039865:oidc-provider/${ISSUER}` },
  });
});

test("deploying trusts the repository's environments only", () => {
  expect(asked(deployTrust(ACCOUNT, "shop/platform", ["dev", "prod"])).subjects).toEqual([
    "repo:shop/platform:environment:dev",
    "repo:shop/platform:environment:prod",
  ]);
});

test.each(["", "shop", "shop/*", "*/platform", "shop/platform/more", "https://github.com/shop/platform"])(
  'fails when the repository is "%s"',
  (repository) => {
    expect(() => planTrust(ACCOUNT, repository)).toThrow("write OWNER/NAME");
    expect(() => deployTrust(ACCOUNT, repository, ["dev"])).toThrow("write OWNER/NAME");
  },
);
