import { globalArn } from "../../../src/shared/arn";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { UserError } from "../../../src/shared/user-error";

/** GitHub's issuer of tokens. */
const ISSUER = "token.actions.githubusercontent.com";

/** `OWNER/NAME`, without the wildcards of a condition. */
const REPOSITORY = /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/;

/**
 * Allows workflows of a repository's own pull requests and of its main branch to assume the planning role. A pull
 * request from a fork has the same subject, but GitHub gives it no token.
 *
 * @param account - account of the role and of the OIDC provider
 * @param repository - `OWNER/NAME` on GitHub
 * @returns the trust policy as JSON
 * @throws UserError when the repository is not written as `OWNER/NAME`
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export function planTrust(account: AwsAccount, repository: string): string {
  return trust(account, repository, ["pull_request", "ref:refs/heads/main"]);
}

/**
 * Allows jobs of a repository that run in one of the GitHub environments to assume the deploying role: the
 * environment's required reviewers have approved each of them.
 *
 * @param account - account of the role and of the OIDC provider
 * @param repository - `OWNER/NAME` on GitHub
 * @param environments - names, the same in GitHub and here
 * @returns the trust policy as JSON
 * @throws UserError when the repository is not written as `OWNER/NAME`
 */
export function deployTrust(account: AwsAccount, repository: string, environments: readonly string[]): string {
  return trust(
    account,
    repository,
    environments.map((environment) => `environment:${environment}`),
  );
}

function trust({ id }: AwsAccount, repository: string, contexts: readonly string[]): string {
  if (!REPOSITORY.test(repository)) {
    throw new UserError(`"${repository}" is not a repository: write OWNER/NAME, as GitHub spells it`);
  }
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "GitHubActions",
        Effect: "Allow",
        Principal: { Federated: globalArn(id, "iam", `oidc-provider/${ISSUER}`) },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: "sts.amazonaws.com",
            [`${ISSUER}:sub`]: contexts.map((context) => `repo:${repository}:${context}`),
          },
        },
      },
    ],
  });
}
