import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT } from "../../tools/shared/terraform/synthesize";

/**
 * The shell blocks of a section of docs/operation.md, each as it is written.
 *
 * @param title - heading of the section
 */
export function documentedCommands(title: string): string[] {
  const text = readFileSync(join(PROJECT, "docs", "operation.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
  return [...section.matchAll(/^( *)```sh\n([^]*?)^\1```$/gm)].map(([, indent = "", block = ""]) =>
    block.replace(new RegExp(`^${indent}`, "gm"), "").trim(),
  );
}

/**
 * Runs commands in a shell, as a person pastes them, in the project's folder. `aws` is the stand-in of this
 * folder, since the AWS CLI is no prerequisite of the project.
 *
 * @param commands - of the documentation, or printed by a tool
 * @param env - environment of the person
 * @param folder - temporary folder
 */
export function runPasted(commands: string, env: NodeJS.ProcessEnv, folder: string): Promise<ProgramResult> {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  const aws = join(bin, "aws");
  writeFileSync(aws, `#!/bin/sh\nexec "${process.execPath}" --import tsx __tests__/faults/aws-cli.ts "$@"\n`);
  chmodSync(aws, 0o755);
  return runProgram("sh", ["-ec", commands], {
    cwd: PROJECT,
    env: { ...env, PATH: [bin, env.PATH].join(delimiter) },
  });
}
