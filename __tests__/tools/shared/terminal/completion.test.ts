import { readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../../../../tools/cli";
import { runProgram } from "../../../../tools/shared/process/program";
import { completionScript } from "../../../../tools/shared/terminal/completion";
import { ENVIRONMENT_NAMES } from "../../../../tools/shared/terminal/environments";
import { PROJECT } from "../../../../tools/shared/terraform/synthesize";
import { temporaryFolder } from "../../../helpers/temporary-folder";

const { scripts } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const BASH = completionScript("bash", scripts, COMMANDS);
const [dev = ""] = ENVIRONMENT_NAMES;

/** What bash offers at the end of a line. */
async function completed(line: string, cwd = PROJECT): Promise<string[]> {
  const script = `
    _npm_completion() { COMPREPLY=(of-npm); }
    ${BASH}
    COMP_LINE=$1; COMP_POINT=\${#1}
    _phase_a_npm npm
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await runProgram("bash", ["-c", script, "bash", line], { cwd });
  expect(stderr).toBe("");
  return stdout.split("\n");
}

test.each([
  ["npm run ", Object.keys(scripts)],
  ["npm run surv", ["survivors"]],
  ["npm run bench:", ["plan", "app"]],
  ["npm run plan ", [...ENVIRONMENT_NAMES, "--"]],
  [`npm run plan -- ${dev.slice(0, 1)}`, ENVIRONMENT_NAMES.filter((name) => name.startsWith(dev.slice(0, 1)))],
  [`npm run plan -- ${dev} --`, ["--allow", "--format", "--help"]],
  [`npm run plan -- ${dev} --format `, ["terminal", "markdown", "json"]],
  [`npm run survivors -- ${dev} --j`, ["--json"]],
  ["npm run db -- ro", ["rollback"]],
  ["npm run db -- status --env ", [...ENVIRONMENT_NAMES]],
  ["npm run db -- seed --v", ["--via"]],
  ["npm run --silent role -- execution ", [...ENVIRONMENT_NAMES, "--check", "--help"]],
  ["npm run --silent completion -- ", ["bash", "zsh", "--help"]],
  ["npm inst", ["of-npm"]],
])('bash completes "%s"', async (line, expected) => {
  expect(await completed(line)).toEqual(expected);
});

test("elsewhere, npm's own completion answers", async () => {
  expect(await completed("npm run pl", temporaryFolderOfOthers)).toEqual(["of-npm"]);
});

const temporaryFolderOfOthers = temporaryFolder("completion");

test("zsh gets the same candidates", () => {
  const zsh = completionScript("zsh", scripts, COMMANDS);
  const candidates = BASH.slice(0, BASH.indexOf("_phase_a_npm()"));
  expect(zsh.startsWith(candidates)).toBe(true);
  expect(zsh).toContain("compdef _phase_a_npm npm");
});
