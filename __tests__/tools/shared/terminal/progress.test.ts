import { ProgressText } from "../../../../tools/shared/terminal/progress";

function recorded(total?: number): { lines: string[]; text: ProgressText } {
  const lines: string[] = [];
  return { lines, text: new ProgressText((line) => lines.push(line), total) };
}

const hook = (addr: string, elapsed?: number): { resource: { addr: string }; elapsed_seconds?: number } => ({
  resource: { addr },
  elapsed_seconds: elapsed,
});

test("counts what is done and names what has taken longest", () => {
  const { lines, text } = recorded(3);
  text.listener({ type: "apply_start", hook: hook("aws_vpc.VPC") });
  text.listener({ type: "apply_complete", hook: hook("aws_vpc.VPC") });
  text.listener({ type: "apply_progress", hook: hook("aws_kms_key.KmsKey", 10) });
  text.listener({ type: "apply_progress", hook: hook("aws_rds_cluster.Database", 30) });
  expect(lines).toEqual([
    "0 of 3 done, waiting for aws_vpc.VPC (0 s)",
    "1 of 3 done",
    "1 of 3 done, waiting for aws_kms_key.KmsKey (10 s)",
    "1 of 3 done, waiting for aws_rds_cluster.Database (30 s)",
  ]);
});

test("does not count what failed", () => {
  const { lines, text } = recorded();
  text.listener({ type: "apply_errored", hook: hook("aws_vpc.VPC") });
  expect(lines).toEqual(["0 done"]);
});

test("ignores events that are not about a resource's change", () => {
  const { lines, text } = recorded();
  text.listener({ type: "version" });
  text.listener({ type: "refresh_start", hook: hook("aws_vpc.VPC") });
  expect(lines).toEqual([]);
});
