import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { FOUNDATION_STACK, stackName } from "../../../src/config/names";
import { bootstrap } from "../../operate/bootstrap/bootstrap";
import { cleaningUp } from "../../shared/process/interrupt";
import { stackFolder, synthesize } from "../../shared/terraform/synthesize";
import {
  Terraform,
  TerraformFailure,
  pinnedProvider,
  providerInstallation,
  requireTerraform,
} from "../../shared/terraform/terraform";
import { startEmulator, type Emulator } from "./emulator";
import { makeExecutionRole } from "./execution-role";
import { ProgressText, type Progress } from "../../shared/terminal/progress";
import { PLAN_ENDING, scanForSecrets, type SecretScan } from "./secret-scan";

const FIRST_PLAN = `first${PLAN_ENDING}`;
const SECOND_PLAN = `second${PLAN_ENDING}`;

/** Words of Terraform's refusal to destroy what carries `prevent_destroy`. */
const DESTROY_REFUSED = "Instance cannot be destroyed";

/** What a rehearsal found. */
export interface RehearsalResult {
  readonly environment: string;
  /** Resources that the first plan made. */
  readonly resources: number;
  /** Seconds of each step, in order. */
  readonly seconds: ReadonlyMap<string, number>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Addresses that the second plan would change, with what it would do: none, if all is well. */
  readonly secondPlan: readonly string[];
  readonly secrets: SecretScan;
  /** How the destroy ended; `kept` if it was not tried. */
  readonly destroy: "destroyed" | "refused" | "kept";
  /** Whether all is as the configuration promises. */
  readonly succeeded: boolean;
}

/** An applied environment, before it is destroyed. */
export interface AppliedEnvironment {
  readonly url: string;
  /** Environment of whoever talks to the emulator. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the synthesized stack, initialised. */
  readonly folder: string;
  /** The result so far. */
  readonly result: RehearsalResult;
}

/** How a rehearsal is done. */
export interface RehearsalOptions {
  readonly config: EnvironmentConfig;
  readonly progress: Progress;
  /** False stops after the second plan. @default true */
  readonly destroy?: boolean;
  /** Emulated account that is ready for an environment. @default - an empty one, which the foundation makes ready */
  readonly prepared?: Emulator;
  /** File that gets a line for each request to an account that is not prepared. @default - requests are not recorded */
  readonly recordTo?: string;
  /** Looks at the applied environment. @default - nobody looks */
  readonly inspect?: (applied: AppliedEnvironment) => Promise<void>;
}

/**
 * Rehearses a deployment against an emulated AWS, with the JSON that production gets: foundation, init,
 * plan, apply, second plan, destroy. Leaves nothing behind.
 *
 * @throws UserError when something is missing on the machine, or a step fails
 */
export function rehearse({
  config,
  progress,
  destroy = true,
  prepared,
  recordTo,
  inspect,
}: RehearsalOptions): Promise<RehearsalResult> {
  return cleaningUp("at once", async (onExit) => {
    const seconds = new Map<string, number>();
    const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
      const start = performance.now();
      progress.started(name);
      const value = await work();
      seconds.set(name, (performance.now() - start) / 1000);
      progress.ended(name, seconds.get(name) ?? 0);
      return value;
    };
    const detail = (text: string): void => {
      progress.detail(text);
    };

    await requireTerraform();
    const folder = await mkdtemp(join(tmpdir(), "aleenascuisine-rehearsal-"));
    onExit(() => rm(folder, { recursive: true, force: true }));
    const outdir = join(folder, "cdktf.out");

    await step("synth", () => synthesize(outdir));
    const startOwn = async (): Promise<Emulator> => {
      const emulator = await step("emulator", () => startEmulator(config.account, detail, { recordTo }));
      onExit(() => emulator.stop());
      return emulator;
    };
    const emulator = prepared ?? (await startOwn());
    const stack = stackFolder(outdir, stackName(config.name));
    const env = { ...emulator.env, ...providerInstallation(pinnedProvider(stack), folder) };

    const layFoundation = async (): Promise<void> => {
      await makeExecutionRole(config, env);
      await bootstrap({
        account: config.account,
        terraform: new Terraform(stackFolder(outdir, FOUNDATION_STACK), env),
        env,
        apply: (terraform) => terraform.applyNow(new ProgressText(detail).listener),
        onProgress: detail,
      });
    };
    if (prepared === undefined) {
      await step("foundation", layFoundation);
    }

    const terraform = new Terraform(stack, env);
    await step("init", () => terraform.init());
    const planned = await step("plan", () => terraform.plan(FIRST_PLAN));
    await step("apply", () => terraform.apply(FIRST_PLAN, new ProgressText(detail, planned.length).listener));
    const secondPlan = await step("second plan", () => terraform.plan(SECOND_PLAN));
    const secrets = await step("secret scan", () => scanForSecrets({ account: config.account, env, folder: stack }));

    const found = {
      environment: config.name,
      resources: planned.length,
      seconds,
      outputs: await terraform.outputs(),
      secondPlan: secondPlan.map(({ address, change }) => `${address} (${change.actions.join(", ")})`),
      secrets,
    };
    const applied: RehearsalResult = { ...found, destroy: "kept", succeeded: quiet(found) };
    await inspect?.({ url: emulator.url, env, folder: stack, result: applied });
    if (!destroy) {
      return applied;
    }
    const outcome = await step("destroy", () => tryDestroy(terraform, new ProgressText(detail, planned.length)));
    const expected = config.protectData ? "refused" : "destroyed";
    return { ...found, destroy: outcome, succeeded: quiet(found) && outcome === expected };
  });
}

/** Secrets that were not found count as a failure of the search: the database password is always there. */
function quiet({ secondPlan, secrets }: Pick<RehearsalResult, "secondPlan" | "secrets">): boolean {
  return secondPlan.length === 0 && secrets.leaks.length === 0 && secrets.secrets > 0;
}

async function tryDestroy(terraform: Terraform, text: ProgressText): Promise<"destroyed" | "refused"> {
  try {
    await terraform.destroy(text.listener);
    return "destroyed";
  } catch (error) {
    if (error instanceof TerraformFailure && error.errors.every((message) => message.includes(DESTROY_REFUSED))) {
      return "refused";
    }
    throw error;
  }
}
