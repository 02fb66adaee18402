import { AUDIENCES, type Audience, type Command } from "../../shared/terminal/command";
import { EXAMPLE } from "../../shared/terminal/environments";
import { columns, examplesOf, subcommandsOf, synopsisOf } from "../../shared/terminal/usage";

type Row = readonly [left: string, right: string];

const TITLES: Readonly<Record<Audience, string>> = {
  operate: "Operate an environment (docs/review.md, docs/operation.md, docs/database.md)",
  develop: "Develop on this machine, without an AWS account",
  pipeline: "For pipelines (docs/pull-requests.md)",
  about: "About the commands",
};

/** npm scripts that run other programs. */
const CHECKS: readonly Row[] = [
  ["npm run check", "Lint, layout, types and unit tests: before each commit"],
  ["npm run lint", "Rules. Types and layout: npm run typecheck, npm run format"],
  ["npm test", "Unit, database, commands, rehearsals; needs Terraform"],
  ["npm run test:unit", "Synthesis alone: seconds"],
  ["npm run test:database", "Real PostgreSQL: constraints, migrations, queries, the app"],
  ["npm run test:load", "200 payments at once, a million orders: minutes"],
  ["npm run test:end-to-end", "Real Terraform against an emulated AWS"],
  ["npm run test:faults", "Interrupts, races, a disturbed AWS, mutations: half an hour"],
];

const CDKTF: readonly Row[] = [
  ["npm run synth", "Write Terraform JSON to cdktf.out/"],
  [`npx cdktf diff aleenascuisine-${EXAMPLE}`, "Plan without review or gate; deploy and destroy likewise,"],
  ["", "with --skip-provider-lock: the JSON pins the provider"],
];

const FOLDERS: readonly Row[] = [
  ["src/config/", "the environments side by side, every name and tag"],
  ["src/stacks/, src/constructs/", "what an environment consists of; one construct per file"],
  ["src/functions/, src/database/", "the app, migrations, sample data, queries"],
  ["tools/commands/", "one file per command; code in operate, develop, pipeline"],
  ["__tests__/", "mirrors all of it"],
];

/**
 * The file `help`: all commands on one screen, by audience.
 *
 * @param commands - of the program, in the order of their lines
 */
export function helpText(commands: readonly Command[]): string {
  const blocks: [title: string, rows: readonly Row[]][] = [
    ...AUDIENCES.map((audience): [string, readonly Row[]] => [
      TITLES[audience],
      commands.filter((command) => command.audience === audience).flatMap(rowsOf),
    ]),
    ["Check", CHECKS],
    ["CDKTF itself", CDKTF],
    ["Folders", FOLDERS],
  ];
  const width = Math.max(...blocks.flatMap(([, rows]) => rows.map(([left]) => left.length)));
  const text = blocks.map(
    ([title, rows]) => `${title}:\n${columns(rows.map(([left, right]) => [left.padEnd(width), right]))}`,
  );
  return [
    "Phase A of Aleena's Cuisine: AWS in ap-south-1 as CDKTF constructs in TypeScript.",
    "The usage of a command: npm run COMMAND -- --help",
    "",
    `${text.join("\n\n")}\n`,
  ].join("\n");
}

/** A command's examples; without any, its usage or that of its subcommands. */
function rowsOf(command: Command): readonly Row[] {
  if (examplesOf(command).length > 0) {
    return examplesOf(command);
  }
  const subcommands = subcommandsOf(command);
  return subcommands.length === 0
    ? [[synopsisOf(command), command.summary]]
    : subcommands.map((one) => [synopsisOf({ ...one, options: [] }), capitalized(one.summary)]);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
