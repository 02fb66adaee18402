import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { MINIMUM_TERRAFORM } from "../../src/terraform/version";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import { DEPLOY_ROLE, PLAN_ROLE } from "../../tools/operate/roles/plan-policy";
import type { Deployment } from "../../tools/pipeline/environment-files";

/** A step of a job or of a composite action. */
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress": boolean;
}

interface Job {
  readonly if?: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: Concurrency;
  readonly strategy?: { readonly matrix: { readonly environment: readonly string[] } };
  readonly steps?: readonly Step[];
  readonly with?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: string | Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly runs: { readonly steps: readonly Step[] };
}

/**
 * What must be true of the workflows and of the Atlantis examples.
 *
 * @param read - the text of a file, by its path from the project's folder
 */
export function workflowsSuite(title: string, read: (file: string) => string, { account, names }: Deployment): void {
  describe(title, () => {
    const ROLES = [PLAN_ROLE, DEPLOY_ROLE].map((name) => `arn:aws:iam::${account.id}:role/${name}`);

    /** Files of a folder of `.github`, by name, with their text. */
    function textsOf(folder: string, file: (name: string) => string): ReadonlyMap<string, string> {
      return new Map(
        readdirSync(join(PROJECT, ".github", folder)).map((name) => [name, read(`.github/${folder}/${file(name)}`)]),
      );
    }

    const workflowTexts = textsOf("workflows", (name) => name);
    const actionTexts = textsOf("actions", (name) => join(name, "action.yml"));
    const workflows = new Map([...workflowTexts].map(([name, text]) => [name, parse(text) as Workflow]));
    const actions = new Map([...actionTexts].map(([name, text]) => [name, parse(text) as Action]));

    const jobs = [...workflows].flatMap(([file, { jobs: byName }]) =>
      Object.entries(byName).map(([name, job]): [string, Job] => [`${file}: ${name}`, job]),
    );
    const steps = [
      ...jobs.flatMap(([name, job]) => (job.steps ?? []).map((step): [string, Step] => [name, step])),
      ...[...actions].flatMap(([name, { runs }]) => runs.steps.map((step): [string, Step] => [`action ${name}`, step])),
    ];
    const scripts = steps.flatMap(([name, { run }]): [string, string][] => (run === undefined ? [] : [[name, run]]));
    const lines = [...workflowTexts, ...actionTexts].flatMap(([name, text]) =>
      text.split("\n").map((line): [string, string] => [name, line]),
    );

    function workflow(name: string): Workflow {
      const found = workflows.get(name);
      if (!found) {
        throw new Error(`There is no ${name} among ${[...workflows.keys()].join(", ")}`);
      }
      return found;
    }

    /** Roles that a job assumes, in a step of its own or by one of an action of this repository. */
    function rolesOf(job: Job): string[] {
      const rolesOfSteps = (list: readonly Step[]): string[] =>
        list.flatMap((step) => {
          const action = actions.get(/^\.\/\.github\/actions\/(.+)$/.exec(step.uses ?? "")?.[1] ?? "");
          const role = step.with?.["role-to-assume"];
          return [...(typeof role === "string" ? [role] : []), ...(action ? rolesOfSteps(action.runs.steps) : [])];
        });
      const called = /^\.\/\.github\/workflows\/(.+)$/.exec(job.uses ?? "")?.[1];
      return called === undefined
        ? rolesOfSteps(job.steps ?? [])
        : Object.values(workflow(called).jobs).flatMap((inner) => rolesOf(inner));
    }

    function triggers({ on }: Workflow): string[] {
      return typeof on === "string" ? [on] : Object.keys(on);
    }

    test("no workflow runs other people's code with the rights of main", () => {
      const known = ["pull_request", "push", "schedule", "workflow_call", "workflow_dispatch"];
      const odd = [...workflows].flatMap(([name, file]) =>
        triggers(file)
          .filter((trigger) => !known.includes(trigger))
          .map((trigger) => `${name}: ${trigger}`),
      );
      expect(odd).toEqual([]);
    });

    test("every workflow starts without rights, and each job names its own", () => {
      expect([...workflows].filter(([, { permissions }]) => JSON.stringify(permissions) !== "{}")).toEqual([]);
      expect(jobs.filter(([, { permissions }]) => permissions?.contents !== "read").map(([name]) => name)).toEqual([]);
    });

    test("a job may only write what it is for", () => {
      const writes = jobs.flatMap(([name, { permissions = {} }]) =>
        Object.entries(permissions)
          .filter(([, right]) => right !== "read")
          .map(([what, right]) => `${name}: ${what} ${right}`),
      );
      expect(writes.sort()).toEqual(
        [
          "apply-environment.yml: apply: id-token write",
          "apply-environment.yml: plan: id-token write",
          ...names.map((name) => `apply.yml: ${name}: id-token write`),
          "drift.yml: plan: id-token write",
          "drift.yml: plan: issues write",
          "plan.yml: plan: id-token write",
          "plan.yml: plan: pull-requests write",
        ].sort(),
      );
    });

    test("a job may request a token exactly if it assumes a role", () => {
      for (const [name, job] of jobs) {
        expect([name, job.permissions?.["id-token"]]).toEqual([name, rolesOf(job).length > 0 ? "write" : undefined]);
        expect(ROLES).toEqual(expect.arrayContaining(rolesOf(job)));
      }
    });

    test("a pull request gets credentials only if it is not from a fork, and only those for planning", () => {
      const onPull = [...workflows.values()].filter((file) => triggers(file).includes("pull_request"));
      const withRole = onPull.flatMap((file) => Object.values(file.jobs)).filter((job) => rolesOf(job).length > 0);
      expect(withRole.map((job) => [job.if, rolesOf(job)])).toEqual([
        ["github.event.pull_request.head.repo.full_name == github.repository", [ROLES[0]]],
      ]);
    });

    test("outside pull requests, roles are assumed only for main", () => {
      const others = ["apply.yml", "drift.yml"].flatMap((name) => Object.values(workflow(name).jobs));
      expect(others.filter((job) => !job.if?.includes("github.ref == 'refs/heads/main'"))).toEqual([]);
    });

    test("the deploying role is assumed only in an environment, after its reviewers approved", () => {
      const deploying = jobs.filter(([, job]) => job.steps && rolesOf(job).includes(ROLES[1] ?? ""));
      expect(deploying.map(([name, job]) => [name, job.environment, rolesOf(job)])).toEqual([
        ["apply-environment.yml: apply", "${{ inputs.environment }}", [ROLES[1]]],
      ]);
    });

    test("environments are applied in their order, each after the one before it succeeded", () => {
      const applies = workflow("apply.yml").jobs;
      const needs = names.map((name) => applies[name]?.needs);
      expect(needs).toEqual(names.map((_, index) => names[index - 1]));
      for (const before of names.slice(0, -1)) {
        const after = names[names.indexOf(before) + 1] ?? "";
        expect(applies[after]?.if).toContain(`needs.${before}.result == 'success'`);
      }
    });

    test("one apply per environment, and none is cancelled", () => {
      const applies = Object.entries(workflow("apply.yml").jobs);
      expect(applies.map(([name]) => name)).toEqual(names);
      for (const [name, { concurrency, with: inputs }] of applies) {
        expect(inputs?.environment).toBe(name);
        expect(concurrency).toEqual({ group: `apply-${name}`, "cancel-in-progress": false });
      }
    });

    test("a plan that holds the lock is not cancelled", () => {
      expect(workflow("plan.yml").jobs.plan?.concurrency?.["cancel-in-progress"]).toBe(false);
    });

    test.each(["plan.yml", "drift.yml"])("%s plans every environment", (name) => {
      expect(workflow(name).jobs.plan?.strategy?.matrix.environment).toEqual(names);
    });

    test("no script contains input from others", () => {
      expect(scripts.filter(([, script]) => script.includes("${{"))).toEqual([]);
    });

    test("every third-party action is pinned to a commit, with its version next to it", () => {
      const others = lines.filter(([, line]) => /\buses: (?!\.\/)/.test(line));
      expect(others.length).toBeGreaterThan(10);
      expect(others.filter(([, line]) => !/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
    });

    test("an action is the same commit wherever it is used", () => {
      const used = lines.flatMap(([, line]) => /uses: ([\w/-]+)@(.+)$/.exec(line)?.slice(1, 3).join("@") ?? []);
      const actionNames = [...new Set(used)].map((use) => use.split("@")[0]);
      expect(new Set(actionNames).size).toBe(actionNames.length);
    });

    test("every command that is named exists", () => {
      const { scripts: known } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
        scripts: Record<string, string>;
      };
      const named = scripts.flatMap(([, script]) => [...script.matchAll(/npm run (?:--silent )?([\w:-]+)/g)]);
      expect(named.map(([, name]) => name)).toEqual(["plan"]);
      expect(known).toHaveProperty("plan");
      // Without npm. A change of the command fails here.
      expect(scripts.map(([, script]) => script)).toContain(`exec ${known.apply ?? ""} "$ENVIRONMENT"`);
      const files = scripts.flatMap(([, script]) => [...script.matchAll(/(?:tools|\.ci)\/[\w./-]+/g)]);
      expect(files.map(([file]) => file).filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
    });

    test("an action of this repository that is named exists, and each of its scripts names its shell", () => {
      const named = steps.flatMap(([, { uses }]) => /^\.\/\.github\/actions\/(.+)$/.exec(uses ?? "")?.[1] ?? []);
      expect([...new Set(named)].sort()).toEqual([...actions.keys()].sort());
      const inActions = [...actions.values()].flatMap(({ runs }) => runs.steps.filter(({ run }) => run !== undefined));
      expect(inActions.map(({ shell }) => shell)).toEqual(inActions.map(() => "bash"));
    });

    test("the repository's token is not left in the clone", () => {
      const checkouts = steps.filter(([, { uses }]) => uses?.startsWith("actions/checkout@"));
      expect(checkouts.map(([, step]) => step.with?.["persist-credentials"])).toEqual(checkouts.map(() => false));
    });

    test("packages are installed before there are credentials", () => {
      for (const [name, list] of [
        ...jobs.map(([job, { steps: own = [] }]): [string, readonly Step[]] => [job, own]),
        ...[...actions].map(([action, { runs }]): [string, readonly Step[]] => [action, runs.steps]),
      ]) {
        const credentials = list.findIndex(({ uses }) => uses?.startsWith("aws-actions/"));
        const installs = list.findIndex(({ run }) => run?.includes("npm ci"));
        expect([name, credentials === -1 || (installs !== -1 && installs < credentials)]).toEqual([name, true]);
      }
    });

    test("Terraform is pinned, new enough and not wrapped", () => {
      const setup = steps.filter(([, { uses }]) => uses?.startsWith("hashicorp/setup-terraform@"));
      expect(setup).toHaveLength(1);
      const { terraform_version: version, terraform_wrapper: wrapper } = setup[0]?.[1].with ?? {};
      expect(wrapper).toBe(false);
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      const minor = (text: string): number => Number(text.split(".")[1]);
      expect(minor(String(version))).toBeGreaterThanOrEqual(minor(MINIMUM_TERRAFORM));
    });

    describe("Atlantis", () => {
      const example = (name: string): unknown => parse(read(`docs/examples/${name}`));
      const repository = example("atlantis.yaml") as {
        version: number;
        projects: readonly { name: string; workspace: string; workflow: string }[];
      };
      const server = example("atlantis-server.yaml") as {
        repos: readonly Readonly<Record<string, unknown>>[];
        workflows: Readonly<Record<string, Readonly<Record<"plan" | "apply", { steps: readonly Step[] }>>>>;
      };

      test("has a project with a clone of its own for every environment", () => {
        const expected = names.map(
          (name) => expect.objectContaining({ name, workspace: name, workflow: name }) as unknown,
        );
        expect(repository.projects).toEqual(expected);
      });

      test("plans and applies each environment through the commands, as the role of that step", () => {
        expect(Object.keys(server.workflows)).toEqual(names);
        for (const [name, stages] of Object.entries(server.workflows)) {
          for (const stage of ["plan", "apply"] as const) {
            const said = JSON.stringify(stages[stage].steps);
            expect(said).toContain(`"run":"tools/pipeline/atlantis.sh ${stage} ${name}"`);
            expect(said).toContain(stage === "plan" ? PLAN_ROLE : DEPLOY_ROLE);
          }
        }
      });

      test("applies what is approved, mergeable and up to date, and no pull request can change that", () => {
        expect(server.repos).toEqual([
          expect.objectContaining({
            apply_requirements: ["approved", "mergeable", "undiverged"],
            allowed_overrides: ["workflow"],
            allow_custom_workflows: false,
          }),
        ]);
      });
    });
  });
}
