import { stackName } from "../../../src/config/names";
import { cleaningUp } from "../../shared/process/interrupt";
import { showsColor } from "../../shared/terminal/color";
import type { Line, Run } from "../../shared/terminal/command";
import { environmentNamed } from "../../shared/terminal/environments";
import { ProgressText, streamProgress } from "../../shared/terminal/progress";
import { outputFolder, stackFolder } from "../../shared/terraform/synthesize";
import { hasUnsavedState, unsavedStateHint } from "../../shared/terraform/unsaved-state";
import { renderPreflight } from "../preflight/preflight";
import { applyReviewed } from "./apply";
import { usualDuration } from "./usual-durations";

/** Printed on an interrupt; changes once Terraform starts. */
let onInterrupt = "Interrupted: nothing was changed.";

function interruptedApply(environment: string): string {
  return [
    "Interrupted: waiting for Terraform to stop, write its state and release its lock.",
    `A resource that AWS was creating at this moment may be missing from the state: npm run orphans -- ${environment}`,
    `Then plan again: npm run plan -- ${environment}`,
  ].join("\n");
}

let interrupted = false;

/** Runs `npm run apply`. */
export const run: Run = (line) =>
  cleaningUp(
    "gracefully",
    (onExit) => apply(line, onExit),
    () => {
      interrupted = true;
      console.error(`\n${onInterrupt}`);
    },
  );

async function apply(line: Line, onExit: (clean: () => Promise<void>) => void): Promise<number> {
  const config = environmentNamed(line.word("ENVIRONMENT"));
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
    maxAgeHours: Number(line.value("max-age")),
    onExit,
    onChecked: (results) => {
      console.log(renderPreflight(results, { color: showsColor(process.stdout) }));
    },
    onStart: ({ allowed, caller, changes, madeAt }) => {
      onInterrupt = interruptedApply(config.name);
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
