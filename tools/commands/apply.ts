import type { EnvironmentConfig } from "../../src/config/schema";
import { UserError } from "../../src/shared/user-error";
import { stackName } from "../../src/config/names";
import { ENVIRONMENT_NAMES, environmentOf, parseLine } from "../shared/terminal/arguments";
import { runCli } from "../shared/terminal/cli";
import { showsColor } from "../shared/terminal/color";
import { cleaningUp } from "../shared/process/interrupt";
import { outputFolder, stackFolder } from "../shared/terraform/synthesize";
import { hasUnsavedState, unsavedStateHint } from "../shared/terraform/unsaved-state";
import { renderPreflight } from "../operate/preflight/preflight";
import { ProgressText, streamProgress } from "../shared/terminal/progress";
import { applyReviewed } from "../operate/plan/apply";
import { usualDuration } from "../operate/plan/usual-durations";

/** Hours; a plan that is older was reviewed in another situation. */
const DEFAULT_MAX_AGE_HOURS = 24;

const USAGE = `usage: npm run apply -- ENVIRONMENT [--max-age HOURS]

Applies the plan that "npm run plan" saved, exactly as it was reviewed.

  ENVIRONMENT  ${ENVIRONMENT_NAMES}
  --max-age    hours up to which a plan is taken @default ${String(DEFAULT_MAX_AGE_HOURS)}

Exit codes: 0 applied, or nothing to apply; 1 refused or failed; 130 interrupted.`;

/** What an interrupt means, at the point that the apply has come to. */
let ofInterrupt = "Interrupted: nothing was changed.";

function interruptedApply(environment: string): string {
  return [
    "Interrupted: Terraform stops, writes its state and releases its lock; this waits for it.",
    `What AWS was being asked to make at this moment may stand without state: npm run survivors -- ${environment}`,
    `Then go on with npm run plan -- ${environment}`,
  ].join("\n");
}

let interrupted = false;

runCli(() =>
  cleaningUp("gracefully", apply, () => {
    interrupted = true;
    console.error(`\n${ofInterrupt}`);
  }),
);

async function apply(onExit: (clean: () => Promise<void>) => void): Promise<number> {
  const { config, maxAgeHours } = readArguments(process.argv.slice(2));
  const outdir = outputFolder();
  onExit(() => {
    const folder = stackFolder(outdir, stackName(config.name));
    if (interrupted && hasUnsavedState(folder)) {
      console.error(unsavedStateHint(folder));
    }
    return Promise.resolve();
  });
  const progress = streamProgress(process.stdout);
  let listener: ProgressText["listener"] = () => undefined;
  const start = performance.now();
  const { record, outputs } = await applyReviewed({
    config,
    outdir,
    env: process.env,
    maxAgeHours,
    onExit,
    onChecked: (results) => {
      console.log(renderPreflight(results, { color: showsColor(process.stdout) }));
    },
    onStart: ({ allowed, caller, changes, madeAt }) => {
      ofInterrupt = interruptedApply(config.name);
      console.log(`Applying the plan that ${caller} made at ${madeAt}: ${String(changes)} resources`);
      if (allowed.length > 0) {
        console.log(`Allowed by name: ${allowed.join(", ")}`);
      }
      progress.started("apply");
      const show = (text: string): void => {
        progress.detail(text);
      };
      listener = new ProgressText(show, changes, usualDuration).listener;
    },
    onEvent: (event) => {
      listener(event);
    },
  });
  if (record.verdict === "no changes") {
    console.log("Nothing to apply: the plan changes nothing.");
    return 0;
  }
  progress.ended("apply", (performance.now() - start) / 1000);
  for (const [name, value] of Object.entries(outputs)) {
    console.log(`  ${name} = ${value}`);
  }
  return 0;
}

function readArguments(args: string[]): { config: EnvironmentConfig; maxAgeHours: number } {
  const { positionals, values } = parseLine(
    {
      args,
      allowPositionals: true,
      options: { "max-age": { type: "string", default: String(DEFAULT_MAX_AGE_HOURS) } },
    },
    USAGE,
  );
  const config = environmentOf(positionals);
  const maxAgeHours = Number(values["max-age"]);
  const problems = [
    ...(typeof config === "string" ? [config] : []),
    ...(maxAgeHours > 0 ? [] : [`--max-age is "${values["max-age"]}"; it takes a number of hours above 0.`]),
  ];
  if (typeof config === "string" || problems.length > 0) {
    throw new UserError([...problems, "", USAGE].join("\n"));
  }
  return { config, maxAgeHours };
}
