import { ENVIRONMENT_NAMES } from "../../../tools/shared/terminal/environments";
import { listed } from "../../../tools/shared/terminal/usage";
import { runLine } from "./program";

const [dev = "", prod = ""] = ENVIRONMENT_NAMES;
const NO_ENVIRONMENT = `Name the environment: ${listed(ENVIRONMENT_NAMES, "or")}.`;
const NO_STAGE = `There is no environment "stage"; there are ${listed(ENVIRONMENT_NAMES, "and")}.`;
const MIGRATION = "202511020001_initial_schema";
const ABSENT_COMMAND = /^There is no command "\w+"; there are bootstrap, preflight, plan, [\w, ]+ and completion\.$/;

/** A wrong command line, and everything that is reported of it. */
type Row = [line: string, problems: (string | RegExp)[], env?: NodeJS.ProcessEnv];

function twoEnvironments(command: string): string {
  return `Unexpected argument "${prod}": ${command} takes one environment at a time.`;
}

/** Splits a line into words; what is between quotes is one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");
}

/** Each problem is a line of its own, and nothing else comes before the usage. */
async function expectProblems([line, problems, env]: Row, usage: string): Promise<void> {
  const { code, stdout, stderr } = await runLine(wordsOf(line), env);
  expect([code, stdout]).toEqual([1, ""]);
  const [reported = "", shown = ""] = stderr.split("\nNothing was done.\n\n");
  expect(reported.split("\n")).toEqual(
    problems.map((problem) => (typeof problem === "string" ? problem : (expect.stringMatching(problem) as string))),
  );
  expect(shown).toMatch(new RegExp(`^usage: ${usage}`, "m"));
}

describe.each<[usage: string, rows: Row[]]>([
  [
    "node tools/run.cjs COMMAND",
    [
      ["", [/^Name a command: bootstrap, preflight, plan, .* or completion\.$/]],
      ["destroy dev", [ABSENT_COMMAND]],
      ["plam dev", [/^There is no command "plam"; .* Did you mean "plan"\?$/]],
    ],
  ],
  [
    "npm run plan -- ENVIRONMENT",
    [
      ["plan", [NO_ENVIRONMENT]],
      ["plan stage", [NO_STAGE]],
      [`plan ${dev}${dev[0] ?? ""}`, [new RegExp(` Did you mean "${dev}"\\?$`)]],
      [`plan ${dev} ${prod}`, [twoEnvironments("plan")]],
      [`plan ${dev} --fast`, ['There is no option "--fast".']],
      [`plan ${dev} --fast now`, ['There is no option "--fast".']],
      [`plan ${dev} -x`, ['There is no option "-x".']],
      [`plan ${dev} --formt json`, ['There is no option "--formt". Did you mean "--format"?']],
      [`plan ${dev} --hlp`, ['There is no option "--hlp". Did you mean "--help"?']],
      [`plan ${dev} --allow bucket`, ['"bucket" is not an address, such as aws_s3_bucket.ImagesBucket.']],
      [`plan ${dev} --allow`, ["--allow needs a value: ADDRESS."]],
      [`plan ${dev} --allow --format json`, ["--allow needs a value: ADDRESS."]],
      [`plan ${dev} --format`, ["--format needs a value: terminal, markdown or json."]],
      [`plan ${dev} --format yaml`, ['There is no format "yaml"; there are terminal, markdown and json.']],
      [
        "plan stage more --fast --allow bucket --allow a,b --format jsn",
        [
          NO_STAGE,
          'Unexpected argument "more".',
          'There is no option "--fast".',
          '"bucket" is not an address, such as aws_s3_bucket.ImagesBucket.',
          '"a,b" is not an address, such as aws_s3_bucket.ImagesBucket.',
          'There is no format "jsn"; there are terminal, markdown and json. Did you mean "json"?',
        ],
      ],
      [
        `plan ${dev} aws_vpc.VPC`,
        [
          "npm took --allow for itself: write -- before the arguments, as in " +
            "npm run plan -- ENVIRONMENT --allow ADDRESS.",
        ],
        { npm_config_allow: "true" },
      ],
    ],
  ],
  [
    "npm run apply -- ENVIRONMENT \\[--max-age HOURS\\]",
    [
      ["apply", [NO_ENVIRONMENT]],
      ["apply stage", [NO_STAGE]],
      [`apply ${dev} ${prod}`, [twoEnvironments("apply")]],
      [`apply ${dev} --force`, ['There is no option "--force".']],
      [`apply ${dev} --max-age day`, ['--max-age is "day"; it takes a number of hours above 0.']],
      [`apply ${dev} --max-age 0`, ['--max-age is "0"; it takes a number of hours above 0.']],
      [`apply ${dev} --max-age -1`, ['--max-age is "-1"; it takes a number of hours above 0.']],
      [
        `apply ${dev} 3`,
        [
          `npm took --max-age for itself: write -- before the arguments, as in npm run apply -- ENVIRONMENT --max-age HOURS.`,
        ],
        { npm_config_max_age: "true" },
      ],
    ],
  ],
  [
    "npm run preflight -- ENVIRONMENT",
    [
      ["preflight", [NO_ENVIRONMENT]],
      ["preflight stage", [NO_STAGE]],
      [`preflight ${dev} ${prod}`, [twoEnvironments("preflight")]],
      [`preflight ${dev} --fast`, ['There is no option "--fast".']],
    ],
  ],
  [
    "npm run orphans -- ENVIRONMENT \\[--json\\]",
    [
      ["orphans", [NO_ENVIRONMENT]],
      ["orphans stage", [NO_STAGE]],
      ["survivors stage", [NO_STAGE]],
      [`orphans ${dev} ${prod}`, [twoEnvironments("orphans")]],
      [`orphans ${dev} --fast`, ['There is no option "--fast".']],
      [`orphans ${dev} --json=yes`, ["--json takes no value."]],
    ],
  ],
  [
    "npm run rehearse -- \\[ENVIRONMENT\\] \\[--keep\\]",
    [
      ["rehearse stage", [NO_STAGE]],
      [`rehearse ${dev} ${prod}`, [twoEnvironments("rehearse")]],
      ["rehearse --fast", ['There is no option "--fast".']],
      [
        "rehearse",
        ["npm took --keep for itself: write -- before the arguments, as in npm run rehearse -- ENVIRONMENT --keep."],
        { npm_config_keep: "true" },
      ],
    ],
  ],
  [
    "npm run bootstrap -- \\[--auto-approve\\]",
    [
      ["bootstrap --yes", ['There is no option "--yes".']],
      ["bootstrap dev", ['Unexpected argument "dev".']],
    ],
  ],
  [
    "npm run --silent role -- COMMAND",
    [
      ["role", ["Name a command: execution, plan, deploy, plan-trust or deploy-trust."]],
      [
        `role admin ${dev}`,
        ['There is no command "admin"; there are execution, plan, deploy, plan-trust and deploy-trust.'],
      ],
    ],
  ],
  [
    "npm run --silent role -- execution ENVIRONMENT \\[--check\\]",
    [
      ["role execution", [NO_ENVIRONMENT]],
      ["role execution stage", [NO_STAGE]],
      ["role execution stage --check", [NO_STAGE]],
      [`role execution ${dev} ${prod}`, [twoEnvironments("execution")]],
      [`role execution ${dev} --fix`, ['There is no option "--fix".']],
    ],
  ],
  ["npm run --silent role -- plan$", [["role plan --check", ['There is no option "--check".']]]],
  ["npm run --silent role -- deploy$", [[`role deploy ${dev}`, [`Unexpected argument "${dev}".`]]]],
  [
    "npm run --silent role -- plan-trust OWNER/REPOSITORY$",
    [["role plan-trust", ["Name the repository: OWNER/REPOSITORY."]]],
  ],
  [
    "node tools/run.cjs ci COMMAND",
    [
      ["ci", ["Name a command: allowed, comment or drift."]],
      ["ci apply dev 1", ['There is no command "apply"; there are allowed, comment and drift.']],
    ],
  ],
  [
    "node tools/run.cjs ci allowed ENVIRONMENT",
    [
      ["ci allowed stage", [NO_STAGE]],
      [
        `ci allowed ${dev} --commits -o..HEAD`,
        ['There is no option "-o..HEAD".', "--commits needs a value: BASE..HEAD."],
      ],
      [`ci allowed ${dev} --commits HEAD`, [/^--commits is "HEAD", which is not a range of commits/]],
    ],
  ],
  [
    "node tools/run.cjs ci comment ENVIRONMENT NUMBER",
    [
      ["ci comment", [NO_ENVIRONMENT, "Name the number of the pull request: NUMBER."]],
      [`ci comment ${dev} ../1`, ['"../1" is not the number of a pull request.']],
    ],
  ],
  [
    "npm run db -- COMMAND \\[--env",
    [
      ["db", ["Name a command: migrate, rollback, status, seed, baseline or shell."]],
      ["db drop", [/^There is no command "drop"; there are migrate, /]],
      ["db migrat", [/^There is no command "migrat"; .* Did you mean "migrate"\?$/]],
      ["db drop it --env stage --via ssh", [/^There is no command "drop"/, NO_STAGE, /^There is no way "ssh"/]],
    ],
  ],
])("usage: %s", (usage, rows) => {
  test.each(rows)("%s", async (...row: Row) => {
    await expectProblems(row, usage);
  });
});

describe("usage: npm run db -- one of its commands", () => {
  const NAMELESS = "Name the migration to roll back: status shows the last one.";
  test.each<Row>([
    ["db migrate now", ['Unexpected argument "now".']],
    [`db rollback ${MIGRATION} more`, ['Unexpected argument "more".']],
    ["db status --env stage", [NO_STAGE]],
    ["db migrate --force", ['There is no option "--force".']],
    ["db seed --via data-api", ["--via reaches an environment's cluster: add --env."]],
    [`db seed --env ${dev} --via ssh`, ['There is no way "ssh"; there is data-api.']],
    [`db shell --env ${dev}`, ["The migrating function has no shell: add --via data-api."]],
    [
      `db migrate --env ${dev} --via data-api`,
      ["migrate does not work over the Data API. Leave out --via to use the migrating function."],
    ],
    [`db rollback --env ${prod}`, [NAMELESS]],
    [`db --env ${prod} rollback`, [NAMELESS]],
    ["db rollback", [NAMELESS], { DB_NAME: "aleenascuisine" }],
    [
      "db rollback",
      [/^npm took --env for itself: write -- before the arguments, as in npm run db -- rollback NAME --env /],
      { npm_config_env: "true" },
    ],
  ])("%s", async (...row: Row) => {
    const [, command = ""] = /\b(migrate|rollback|status|seed|shell)\b/.exec(row[0]) ?? [];
    await expectProblems(row, `npm run db -- ${command}`);
  });
});

describe("what only the command itself finds out: one message", () => {
  test.each([
    ["bootstrap", "There is no terminal to ask at. Add --auto-approve"],
    [`ci allowed ${dev} --commits gone..HEAD`, "Start the workflow by hand"],
    [`ci comment ${dev} 1`, "this runs in a workflow"],
    ["help destroy", 'There is no command "destroy"; there are bootstrap, '],
  ])("%s", async (line, message) => {
    const { code, stdout, stderr } = await runLine(wordsOf(line));
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
