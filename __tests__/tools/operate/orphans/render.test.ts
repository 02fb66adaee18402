import { hasOrphans, renderOrphans } from "../../../../tools/operate/orphans/render";
import type { OrphanReport } from "../../../../tools/operate/orphans/orphans";

const NOTHING: OrphanReport = {
  stack: "aleenascuisine-dev",
  inState: 94,
  importable: [],
  notImported: [],
  twice: [],
  hidden: [],
  unconfigured: [],
  unseen: [],
};

test("no orphaned resources: one line", () => {
  expect(renderOrphans(NOTHING)).toBe("aleenascuisine-dev: no orphaned resources; 94 addresses in state.");
  expect(hasOrphans(NOTHING)).toBe(false);
});

test("a lock is explained, even where nothing else was found", () => {
  const lock = {
    id: "1-2",
    who: "ci@runner",
    since: "2026-01-01T00:00:00Z",
    operation: "OperationTypeApply",
    release: "terraform -chdir=folder force-unlock 1-2",
  };
  expect(renderOrphans({ ...NOTHING, lock })).toBe(
    `The state is locked by ci@runner since 2026-01-01T00:00:00Z, for OperationTypeApply. An import needs the lock.
Only if that process no longer runs, release the lock:

  terraform -chdir=folder force-unlock 1-2

aleenascuisine-dev: no orphaned resources; 94 addresses in state.`,
  );
});

test("findings are in the order in which to act on them", () => {
  const report: OrphanReport = {
    ...NOTHING,
    inState: 0,
    importable: [
      { address: "aws_iam_role.R", id: "role", foundBy: "name", command: "terraform import aws_iam_role.R role" },
      { address: "aws_kms_key.K", id: "1-2", foundBy: "tag", command: "terraform import aws_kms_key.K 1-2" },
    ],
    notImported: [{ address: "aws_secretsmanager_secret_version.V", instead: "created again" }],
    twice: [
      { address: "aws_vpc.VPC", ids: ["vpc-1", "vpc-2"] },
      { address: "aws_eip.Nat", inState: "eip-1", ids: ["eip-2"] },
    ],
    hidden: [{ address: "aws_route.R", behind: "aws_route_table.T" }],
    unconfigured: [{ arn: "arn:aws:s3:::old" }, { arn: "arn:aws:ec2:r:a:vpc/vpc-3", name: "dev-vpc" }],
    unseen: [{ address: "aws_budgets_budget.B", id: "a:b", error: "AccessDenied:\nnot authorized" }],
  };
  expect(hasOrphans(report)).toBe(true);
  expect(renderOrphans(report))
    .toBe(`Exists twice. Find out which one has the data that you need, delete the other with its contents, and run this again:

  aws_vpc.VPC: vpc-1, vpc-2; none is in state
  aws_eip.Nat: eip-1 is in state; eip-2 is not

Not searched for, because it depends on something that exists twice:

  aws_route.R (depends on aws_route_table.T)

Not in state, found by the tag Stack=aleenascuisine-dev. Import each:

  terraform import aws_kms_key.K 1-2

Not in state, found by its name. Import each:

  terraform import aws_iam_role.R role

Not in state, and cannot be imported:

  aws_secretsmanager_secret_version.V: created again

Has the tag Stack=aleenascuisine-dev, but is not in the configuration. Delete what is not needed:

  arn:aws:s3:::old
  arn:aws:ec2:r:a:vpc/vpc-3 (dev-vpc)

May exist, but AWS did not show it to Terraform:

  aws_budgets_budget.B (a:b): AccessDenied: not authorized

aleenascuisine-dev: 2 to import, 1 cannot be imported, 2 exist twice, 1 not searched for, 2 not in the configuration, 1 not shown by AWS; there is no state.`);
});
