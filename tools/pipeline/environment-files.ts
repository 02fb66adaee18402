import { globalArn } from "../../src/shared/arn";
import type { AwsAccount } from "../../src/shared/aws-account";
import { DEPLOY_ROLE, PLAN_ROLE } from "../operate/roles/plan-policy";

/** The facts in the generated blocks. */
export interface Deployment {
  readonly account: AwsAccount;
  /** Names of all environments, in the order in which they are applied. */
  readonly names: readonly string[];
}

/** Lines of a block, by the block's name. */
type Blocks = Readonly<Record<string, (deployment: Deployment) => readonly string[]>>;

const matrix: Blocks = { matrix: ({ names }) => [`environment: [${names.join(", ")}]`] };

/** Files that name environments or the account, with their generated blocks. */
const FILES: Readonly<Record<string, Blocks>> = {
  ".github/actions/plan/action.yml": { role: (deployment) => role(PLAN_ROLE, deployment) },
  ".github/workflows/apply-environment.yml": { role: (deployment) => role(DEPLOY_ROLE, deployment) },
  ".github/workflows/apply.yml": {
    options: ({ names }) => [`options: [${names.join(", ")}]`],
    jobs: ({ names }) =>
      names.flatMap((name, index) => [...(index > 0 ? [""] : []), ...applyJob(name, names[index - 1])]),
  },
  ".github/workflows/drift.yml": matrix,
  ".github/workflows/plan.yml": matrix,
  "docs/examples/atlantis.yaml": { projects: ({ names }) => names.flatMap(atlantisProject) },
  "docs/examples/atlantis-server.yaml": {
    allowed: ({ names }) => [`allowed_workflows: [${names.join(", ")}]`],
    workflows: ({ names }) => names.flatMap(atlantisWorkflow),
  },
};

/** Paths of the files, from the project's folder. */
export const ENVIRONMENT_FILES: readonly string[] = Object.keys(FILES);

/**
 * A file of the pipeline with its generated blocks up to date. A block is between the lines `# generated: NAME` and
 * `# end of generated`, and has their indentation.
 *
 * @param file - one of {@link ENVIRONMENT_FILES}
 * @param text - the file as it is
 * @throws Error when the text lacks a block
 */
export function environmentFile(file: string, text: string, deployment: Deployment): string {
  return Object.entries(FILES[file] ?? {}).reduce(
    (before, [name, lines]) => withBlock(before, name, lines(deployment)),
    text,
  );
}

function withBlock(text: string, name: string, lines: readonly string[]): string {
  const block = new RegExp(`^( *)# generated: ${name}\\n[^]*?^ *# end of generated$`, "m");
  const indent = block.exec(text)?.[1];
  if (indent === undefined) {
    throw new Error(`There is no block "${name}": # generated: ${name} … # end of generated`);
  }
  return text.replace(block, () =>
    [`# generated: ${name}`, ...lines, "# end of generated"]
      .map((line) => (line === "" ? "" : indent + line))
      .join("\n"),
  );
}

function role(name: string, { account: { id, region } }: Deployment): string[] {
  return [`role-to-assume: ${globalArn(id, "iam", `role/${name}`)}`, `aws-region: ${region}`];
}

/** @param before - the environment that is applied before this one @default - this one is the first */
function applyJob(name: string, before?: string): string[] {
  const condition =
    before === undefined
      ? [`  if: github.ref == 'refs/heads/main' && (github.event_name == 'push' || inputs.environment == '${name}')`]
      : [
          `  needs: ${before}`,
          `  # After ${before} was applied or had nothing to apply, or alone when started by hand.`,
          "  if: >-",
          "    !cancelled() && github.ref == 'refs/heads/main' &&",
          `    (github.event_name == 'push' && needs.${before}.result == 'success' || inputs.environment == '${name}')`,
        ];
  return [
    `${name}:`,
    ...condition,
    "  concurrency:",
    `    group: apply-${name}`,
    "    cancel-in-progress: false",
    "  permissions:",
    "    contents: read",
    "    id-token: write",
    "  uses: ./.github/workflows/apply-environment.yml",
    "  with:",
    `    environment: ${name}`,
    "    commits: ${{ github.event_name == 'push' && format('{0}..{1}', github.event.before, github.sha) || '' }}",
    "    allow: ${{ inputs.allow }}",
  ];
}

function atlantisProject(name: string, index: number): string[] {
  return [
    `- name: ${name}`,
    "  dir: .",
    `  workspace: ${name}`,
    `  workflow: ${name}`,
    `  execution_order_group: ${String(index + 1)}`,
    ...(index > 0
      ? ["  autoplan: *changes"]
      : [
          "  autoplan: &changes",
          "    when_modified:",
          ...["main.ts", "cdktf.json", "package-lock.json", "src/**", "tools/**"].map((path) => `      - ${path}`),
        ]),
  ];
}

function atlantisWorkflow(name: string): string[] {
  return [
    `${name}:`,
    "  plan:",
    "    steps:",
    "      - run: npm ci",
    `      - env: { name: AWS_PROFILE, value: ${PLAN_ROLE} }`,
    "      - env: { name: TF_CLI_ARGS_plan, value: -lock-timeout=10m }",
    `      - run: tools/pipeline/atlantis.sh plan ${name}`,
    "  apply:",
    "    steps:",
    `      - env: { name: AWS_PROFILE, value: ${DEPLOY_ROLE} }`,
    `      - run: tools/pipeline/atlantis.sh apply ${name}`,
  ];
}
