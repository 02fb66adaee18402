import { hasFindings, renderSurvivors } from "../../../../tools/operate/orphans/render";
import type { SurvivorReport } from "../../../../tools/operate/orphans/orphans";

const NOTHING: SurvivorReport = {
  stack: "aleenascuisine-dev",
  inState: 94,
  survivors: [],
  notImported: [],
  twice: [],
  hidden: [],
  orphans: [],
  unseen: [],
};

test("nothing is one line", () => {
  expect(renderSurvivors(NOTHING)).toBe("aleenascuisine-dev: nothing stands without state; state knows 94 addresses.");
  expect(hasFindings(NOTHING)).toBe(false);
});

test("a lock is explained, also where nothing else was found", () => {
  const lock = {
    id: "1-2",
    who: "ci@runner",
    since: "2026-01-01T00:00:00Z",
    operation: "OperationTypeApply",
    release: "terraform -chdir=folder force-unlock 1-2",
  };
  expect(renderSurvivors({ ...NOTHING, lock })).toBe(
    `The state is locked by ci@runner since 2026-01-01T00:00:00Z, for OperationTypeApply. Importing needs the lock.
If that process is gone, and only then, release it:

  terraform -chdir=folder force-unlock 1-2

aleenascuisine-dev: nothing stands without state; state knows 94 addresses.`,
  );
});

test("all that was found stands in the order in which it is dealt with", () => {
  const report: SurvivorReport = {
    ...NOTHING,
    inState: 0,
    survivors: [
      { address: "aws_iam_role.R", id: "role", foundBy: "name", command: "terraform import aws_iam_role.R role" },
      { address: "aws_kms_key.K", id: "1-2", foundBy: "tag", command: "terraform import aws_kms_key.K 1-2" },
    ],
    notImported: [{ address: "aws_secretsmanager_secret_version.V", instead: "made anew" }],
    twice: [
      { address: "aws_vpc.VPC", ids: ["vpc-1", "vpc-2"] },
      { address: "aws_eip.Nat", inState: "eip-1", ids: ["eip-2"] },
    ],
    hidden: [{ address: "aws_route.R", behind: "aws_route_table.T" }],
    orphans: [{ arn: "arn:aws:s3:::old" }, { arn: "arn:aws:ec2:r:a:vpc/vpc-3", name: "dev-vpc" }],
    unseen: [{ address: "aws_budgets_budget.B", id: "a:b", error: "AccessDenied:\nnot authorized" }],
  };
  expect(hasFindings(report)).toBe(true);
  expect(renderSurvivors(report))
    .toBe(`Stands twice, and one has to go. Look which one holds what you need, delete the other with all that lies in it,
and run this again:

  aws_vpc.VPC: vpc-1, vpc-2; state knows none of them
  aws_eip.Nat: state knows eip-1; beside it stands eip-2

Not looked for, because it depends on what stands twice:

  aws_route.R (depends on aws_route_table.T)

Stands without state, by the tag Stack=aleenascuisine-dev. Import each:

  terraform import aws_kms_key.K 1-2

Stands without state, by its name. Import each:

  terraform import aws_iam_role.R role

Stands and is not imported:

  aws_secretsmanager_secret_version.V: made anew

Bears the tag Stack=aleenascuisine-dev and is not in the configuration. Delete what nobody needs:

  arn:aws:s3:::old
  arn:aws:ec2:r:a:vpc/vpc-3 (dev-vpc)

May stand; Terraform was not let see it:

  aws_budgets_budget.B (a:b): AccessDenied: not authorized

aleenascuisine-dev: 2 to import, 1 not imported, 2 standing twice, 1 not looked for, 2 not in the configuration, 1 not seen; there is no state.`);
});
