import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { runProgram, type ProgramResult } from "../../../tools/shared/process/program";
import { PROJECT } from "../../../tools/shared/terraform/synthesize";

/** Plans as the command does: files into the folder of the stack, and an exit code. Applies what is there. */
const NPM = `#!/bin/sh
echo "$@" >> "$CALLS"
stack="$CDKTF_OUTDIR/stacks/aleenascuisine-dev"
case "$3" in
  plan)
    mkdir -p "$stack/.terraform"
    echo provider > "$stack/.terraform/provider"
    echo locked > "$stack/.terraform.lock.hcl"
    echo plan > "$stack/reviewed.tfplan"
    exit "$PLAN_CODE" ;;
esac
`;

/** Prints what is allowed, or applies: lists the folder, and leaves a state behind if it could not save one. */
const NODE = `#!/bin/sh
stack="$CDKTF_OUTDIR/stacks/aleenascuisine-dev"
case "$1 $2" in
  "tools/run.cjs ci") echo --allow aws_vpc.VPC --allow aws_eip.NatAddress ;;
  "tools/run.cjs apply")
    (cd "$stack" && find . -type f | sort)
    if [ "$PLAN_CODE" = 1 ]; then echo state > "$stack/errored.tfstate"; exit 1; fi ;;
esac
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aleenascuisine-atlantis-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "tmp"));
  writeFileSync(join(folder, "bin", "npm"), NPM, { mode: 0o755 });
  writeFileSync(join(folder, "bin", "node"), NODE, { mode: 0o755 });
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function atlantis(stage: string, code = 0): Promise<ProgramResult> {
  return runProgram("sh", [join(PROJECT, "tools", "pipeline", "atlantis.sh"), stage, "dev"], {
    cwd: PROJECT,
    env: {
      PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
      TMPDIR: join(folder, "tmp"),
      PLANFILE: join(folder, "dev.tfplan"),
      CALLS: join(folder, "calls"),
      PLAN_CODE: String(code),
      BASE_BRANCH_NAME: "main",
    },
  });
}

test.each([
  ["no changes", 0, 0],
  ["changes", 2, 0],
  ["an error", 1, 1],
  ["a refusal of the gate", 3, 3],
])(
  "a plan with %s, exit code %i, ends with %i, and leaves a file to apply only if it may",
  async (_, code, expected) => {
    expect((await atlantis("plan", code)).code).toBe(expected);
    expect(existsSync(join(folder, "dev.tfplan"))).toBe(expected === 0);
    expect(readFileSync(join(folder, "calls"), "utf8")).toBe(
      "run --silent plan -- dev --allow aws_vpc.VPC --allow aws_eip.NatAddress\n",
    );
  },
);

test("applies what the plan left, in another folder, without the providers", async () => {
  await atlantis("plan", 2);
  const { code, stdout } = await atlantis("apply");
  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual(["./.terraform.lock.hcl", "./reviewed.tfplan"]);
  expect(existsSync(join(folder, "dev.tfplan"))).toBe(false);
});

test("leaves no folder behind", async () => {
  await atlantis("plan", 2);
  await atlantis("plan", 1);
  await atlantis("apply");
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

test("refuses an unknown stage", async () => {
  const { code, stderr } = await atlantis("destroy");
  expect([code, stderr]).toEqual([1, "usage: tools/pipeline/atlantis.sh plan|apply ENVIRONMENT"]);
});

test("a state that an apply could not save is not deleted", async () => {
  await atlantis("plan", 2);
  expect((await atlantis("apply", 1)).code).toBe(1);
  const left = readdirSync(join(folder, "tmp"), { recursive: true }).filter((name) =>
    String(name).endsWith("errored.tfstate"),
  );
  expect(left).toHaveLength(1);
});
