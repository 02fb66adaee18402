import { ACCOUNT, environments } from "../../../fixtures/environments";
import { identityPolicy, type IdentityStatement } from "../../../../src/constructs/security/policy-document";
import { actionsOf, allows, UNRECORDED } from "../../../helpers/api-actions";
import { deployPolicy } from "../../../../tools/operate/roles/deploy-policy";
import { DEPLOY_ROLE, PLAN_ROLE, planPolicy } from "../../../../tools/operate/roles/plan-policy";
import {
  createPolicyInputs,
  MANAGED_POLICY_LIMIT,
  type ManagedPolicy,
} from "../../../../tools/operate/roles/project-arns";

const STATE = "arn:aws:s3:::aleenascuisine-tfstate-498192039865";
const SECRET = "arn:aws:secretsmanager:ap-south-1:498192039865:secret:aleenascuisine-prod";

/** Policies that a role can have at most. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const POLICIES_A_ROLE = 10;

/** Statements over everything of a kind: AWS narrows them by nothing that is known before, or by a condition. */
const WIDE = ["Lists", "CreateCdn", "CreateKey"];

/** Writing statements without a condition whose resources have ids that AWS assigns. */
const UNNAMED = ["Api", "ChangeOriginAccess", "CreateCdn", "NewKey", "ReleaseInterfaces"];

const statementsOf = (policies: readonly ManagedPolicy[]): IdentityStatement[] =>
  policies.flatMap(({ statements }) => statements);
const listed = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);

const planPolicies = planPolicy(ACCOUNT, environments);
const deployPolicies = deployPolicy(ACCOUNT, environments);
const plan = statementsOf(planPolicies);
const deploy = statementsOf(deployPolicies);
const writing = deploy.slice(plan.length);

describe.each([
  ["planning", planPolicies],
  ["deploying", deployPolicies],
])("the policies of the %s role", (_, policies) => {
  test("fit AWS's limits", () => {
    expect(policies.length).toBeLessThanOrEqual(POLICIES_A_ROLE);
    const tooLong = policies.filter(({ statements }) => identityPolicy(statements).length > MANAGED_POLICY_LIMIT);
    expect(tooLong.map(({ name }) => name)).toEqual([]);
  });

  test("have names, and a name for each statement", () => {
    expect(new Set(policies.map(({ name }) => name)).size).toBe(policies.length);
    for (const { statements } of policies) {
      const names = statements.map(({ Sid }) => Sid);
      expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("name every action in full, and everything of a kind only where AWS offers nothing narrower", () => {
    expect(actionsOf(statementsOf(policies)).filter((action) => action.includes("*"))).toEqual([]);
    const wide = statementsOf(policies).filter(({ Resource }) => listed(Resource).includes("*"));
    expect(wide.map(({ Sid }) => Sid).filter((sid) => !WIDE.includes(sid))).toEqual([]);
  });

  test.each([
    ["reads a state", "s3:GetObject", `${STATE}/aleenascuisine-prod.tfstate`, true],
    ["reads an older state", "s3:GetObjectVersion", `${STATE}/aleenascuisine-prod.tfstate`, true],
    ["takes the lock", "s3:PutObject", `${STATE}/aleenascuisine-prod.tfstate.tflock`, true],
    ["releases the lock", "s3:DeleteObject", `${STATE}/aleenascuisine-prod.tfstate.tflock`, true],
    ["deletes a state", "s3:DeleteObject", `${STATE}/aleenascuisine-prod.tfstate`, false],
    ["deletes an old state", "s3:DeleteObjectVersion", `${STATE}/aleenascuisine-prod.tfstate`, false],
    ["reads the foundation's state", "s3:GetObject", `${STATE}/aleenascuisine-foundation.tfstate`, false],
    ["locks the foundation", "s3:PutObject", `${STATE}/aleenascuisine-foundation.tfstate.tflock`, false],
    ["deletes the state bucket", "s3:DeleteBucket", STATE, false],
    ["reads the database secret", "secretsmanager:GetSecretValue", `${SECRET}/db-a1B2c3`, true],
    ["reads Razorpay's secret", "secretsmanager:GetSecretValue", `${SECRET}/razorpay-a1B2c3`, false],
    ["reads an invoice", "s3:GetObject", "arn:aws:s3:::aleenascuisine-prod-invoices/2026/1.pdf", false],
  ])("%s: %s on %s is %s", (_what, action, resource, expected) => {
    expect(allows(statementsOf(policies), { action, resource })).toBe(expected);
  });
});

test("planning writes nothing but the lock", () => {
  const reads = /^(?:\w+:(?:Describe|Get|List|View)\w+|apigateway:GET|kms:Decrypt)$/;
  const writes = plan.filter(({ Action }) => listed(Action).some((action) => !reads.test(action)));
  expect(writes.map(({ Sid }) => Sid)).toEqual(["Lock"]);
});

test("only deploying writes a state", () => {
  const write = { action: "s3:PutObject", resource: `${STATE}/aleenascuisine-dev.tfstate` };
  expect([allows(plan, write), allows(deploy, write)]).toEqual([false, true]);
});

test("no pipeline invokes a function: a person migrates the database", () => {
  const functions = ["dev-migrate:live", "prod-migrate:live", "dev-migrate", "prod-app:live"];
  for (const policy of [plan, deploy]) {
    const invokes = functions.filter((target) =>
      allows(policy, {
        action: "lambda:InvokeFunction",
        resource: `arn:aws:lambda:ap-south-1:498192039865:function:aleenascuisine-${target}`,
      }),
    );
    expect(invokes).toEqual([]);
  }
});

test("buckets are emptied only where data is disposable", () => {
  const empty = (env: string): boolean =>
    allows(deploy, { action: "s3:DeleteObject", resource: `arn:aws:s3:::aleenascuisine-${env}-invoices/1.pdf` });
  expect([empty("dev"), empty("prod")]).toEqual([true, false]);
  const protectedOnly = environments.filter(({ protectData }) => protectData);
  expect(actionsOf(statementsOf(deployPolicy(ACCOUNT, protectedOnly)))).not.toContain("s3:DeleteObjectVersion");
});

test("writing is limited by name, by tag or by another condition, but for what has neither", () => {
  const anyId = (arn: string): boolean => /(?:^|[/:])\*(?:\/\*)?$/.test(arn) && !arn.includes("aleenascuisine-");
  const unlimited = writing.filter(({ Condition, Resource }) => !Condition && listed(Resource).some(anyId));
  expect(unlimited.map(({ Sid }) => Sid).sort()).toEqual(UNNAMED);
});

test("a role is passed only to the service that it is for", () => {
  const passing = writing.filter(({ Action }) => listed(Action).includes("iam:PassRole"));
  expect(passing.map(({ Condition, Resource }) => [Resource, Condition?.StringEquals])).toEqual([
    [
      environments.map(({ name }) => `arn:aws:iam::498192039865:role/aleenascuisine-${name}-rds-monitoring`),
      { "iam:PassedToService": ["monitoring.rds.amazonaws.com", "rds.amazonaws.com"] },
    ],
    [["arn:aws:iam::498192039865:role/Executioner"], { "iam:PassedToService": "lambda.amazonaws.com" }],
  ]);
});

test("no policy allows a role to change itself or to create a more powerful one", () => {
  const roles = writing.filter(({ Action }) => listed(Action).some((action) => action.startsWith("iam:")));
  const own = [PLAN_ROLE, DEPLOY_ROLE, "Executioner"].map((name) => `arn:aws:iam::498192039865:role/${name}`);
  const changing = roles.flatMap((statement) =>
    own.filter((resource) => allows([statement], { action: "iam:AttachRolePolicy", resource })),
  );
  expect(changing).toEqual([]);
  expect(actionsOf(roles)).not.toContain("iam:PutRolePolicy");
});

test("a third environment adds its names, and removes nothing", () => {
  const [first] = environments;
  const stage = { ...first, name: "stage", protectData: true, lambdaExecutionRoleArn: "arn:aws:iam::1:role/Other" };
  const three = deployPolicy(ACCOUNT, [...environments, stage]);
  expect(actionsOf(statementsOf(three))).toEqual(actionsOf(deploy));
  const bucket = "arn:aws:s3:::aleenascuisine-stage-images";
  expect(allows(statementsOf(three), { action: "s3:CreateBucket", resource: bucket })).toBe(true);
  expect(allows(deploy, { action: "s3:CreateBucket", resource: bucket })).toBe(false);
});

test("the roles are secret readers of every environment", () => {
  for (const { account, secretReaderArns } of environments) {
    const arns = [PLAN_ROLE, DEPLOY_ROLE].map((name) => `arn:aws:iam::${account.id}:role/${name}`);
    expect(secretReaderArns).toEqual(expect.arrayContaining(arns));
  }
});

test("each reason is for an action that is allowed", () => {
  expect(Object.keys(UNRECORDED).filter((action) => !actionsOf(deploy).includes(action))).toEqual([]);
});

test("policies are printed as the AWS CLI takes them", () => {
  const [first] = JSON.parse(createPolicyInputs(planPolicies)) as { PolicyName: string; PolicyDocument: string }[];
  expect(first?.PolicyName).toBe("aleenascuisine-plan");
  expect(JSON.parse(first?.PolicyDocument ?? "")).toMatchObject({ Version: "2012-10-17" });
});
