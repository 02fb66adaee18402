import { runCommand, type CommandResult } from "../../tools/shared/process/command";
import { PROJECT } from "../../tools/shared/terraform/synthesize";

const STACK_TRACE = /\n\s+at /;

function run(...args: readonly string[]): Promise<CommandResult> {
  return runCommand(process.execPath, ["--import", "tsx", "tools/commands/ci.ts", ...args], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH },
  });
}

describe("what is allowed in a plan", () => {
  test.each([
    ["nothing, when neither commits nor a person allow anything", ["--commits", "", "--typed", ""], ""],
    ["nothing, when there are no commits", ["--commits", "HEAD..HEAD"], ""],
    [
      "what a person typed, as options of the plan",
      ["--typed", "aws_vpc.VPC aws_eip.VPC_NatAddress"],
      "--allow aws_eip.VPC_NatAddress --allow aws_vpc.VPC",
    ],
  ])("is %s", async (_, args, printed) => {
    expect(await run("allowed", "dev", ...args)).toEqual({ code: 0, stdout: printed, stderr: "" });
  });
});

describe("wrong use", () => {
  test.each([
    ["no command", [], "usage: node --import tsx tools/commands/ci.ts COMMAND"],
    ["an unknown command", ["apply", "dev", "1"], "usage: node --import tsx tools/commands/ci.ts COMMAND"],
    ["an unknown environment", ["allowed", "stage"], 'there is no environment "stage"; there are dev and prod'],
    ["an option instead of commits", ["allowed", "dev", "--commits", "-o..HEAD"], "--commits"],
    ["commits that do not exist", ["allowed", "dev", "--commits", "gone..HEAD"], "Start the workflow by hand"],
    ["a pull request that is not a number", ["comment", "dev", "../1"], '"../1" is not the number of a pull request'],
    ["outside a workflow", ["comment", "dev", "1"], "this runs in a workflow"],
  ])("%s: one message", async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(STACK_TRACE);
  });
});
