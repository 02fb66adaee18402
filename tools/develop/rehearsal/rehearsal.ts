import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../../src/config/schema";
import { FOUNDATION_NAME, stackName } from "../../../src/config/names";
import { bootstrap } from "../../operate/bootstrap/bootstrap";
import { AwsSession } from "../../shared/aws/session";
import { cleaningUp } from "../../shared/process/interrupt";
import { ProgressText, type Progress } from "../../shared/terminal/progress";
import { StackTerraform } from "../../shared/terraform/stack-terraform";
import { stackFolder, synthesize } from "../../shared/terraform/synthesize";
import { pinnedProvider, providerInstallation } from "../../shared/terraform/provider";
import { DESTROY_REFUSED, TerraformFailure, requireTerraform } from "../../shared/terraform/terraform";
import { startEmulator, type Emulator } from "./emulator";
import { createExecutionRole } from "./execution-role";
import { PLAN_ENDING, scanForSecrets, type SecretScan } from "./secret-scan";

const FIRST_PLAN = `first${PLAN_ENDING}`;
const SECOND_PLAN = `second${PLAN_ENDING}`;

/** Result of a rehearsal. */
export interface RehearsalResult {
  readonly environment: string;
  /** Resources that the first plan creates. */
  readonly resources: number;
  /** Seconds of each step, in order. */
  readonly seconds: ReadonlyMap<string, number>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Addresses that the second plan would change, with the change. None if the rehearsal succeeds. */
  readonly secondPlan: readonly string[];
  readonly secrets: SecretScan;
  /** How the destroy ended; `kept` if there was none. */
  readonly destroy: "destroyed" | "refused" | "kept";
  /** Whether everything is as the configuration promises. */
  readonly succeeded: boolean;
}

/** An applied environment, before it is destroyed. */
export interface AppliedEnvironment {
  readonly url: string;
  /** Environment for clients of the emulator. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the synthesized stack, initialised. */
  readonly folder: string;
  /** The result so far. */
  readonly result: RehearsalResult;
}

/** What a rehearsal does. */
export interface RehearsalOptions {
  readonly config: EnvironmentConfig;
  readonly progress: Progress;
  /** False stops after the second plan. @default true */
  readonly destroy?: boolean;
  /** Emulated account with the foundation. @default - an empty one, in which the foundation is deployed */
  readonly prepared?: Emulator;
  /** File that receives a line per request to an account that is not prepared. @default - requests are not recorded */
  readonly recordTo?: string;
  /** Inspects the applied environment. @default - no inspection */
  readonly inspect?: (applied: AppliedEnvironment) => Promise<void>;
}

/**
 * Rehearses a deployment to an emulated AWS, with the same JSON as production: foundation, init, plan, apply, second
 * plan, destroy. Leaves nothing behind.
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
    const provider = pinnedProvider(stackFolder(outdir, stackName(config.name)));
    const env = { ...emulator.env, ...providerInstallation(provider, folder) };
    const session = new AwsSession(config.account, env);

    const deployFoundation = async (): Promise<void> => {
      await createExecutionRole(config, session);
      await bootstrap({
        account: config.account,
        terraform: new StackTerraform({ outdir, environment: FOUNDATION_NAME, env }),
        env,
        apply: (terraform) => terraform.applyNow(new ProgressText(detail).listener),
        onProgress: detail,
      });
    };
    if (prepared === undefined) {
      await step("foundation", deployFoundation);
    }

    const terraform = new StackTerraform({ outdir, environment: config.name, env });
    await step("init", () => terraform.init());
    const planned = await step("plan", () => terraform.plan(FIRST_PLAN));
    await step("apply", () => terraform.apply(FIRST_PLAN, new ProgressText(detail, planned.length).listener));
    const secondPlan = await step("second plan", () => terraform.plan(SECOND_PLAN));
    const secrets = await step("secret scan", () => scanForSecrets({ session, folder: terraform.folder }));

    const found = {
      environment: config.name,
      resources: planned.length,
      seconds,
      outputs: await terraform.outputs(),
      secondPlan: secondPlan.map(({ address, change }) => `${address} (${change.actions.join(", ")})`),
      secrets,
    };
    const applied: RehearsalResult = { ...found, destroy: "kept", succeeded: isClean(found) };
    await inspect?.({ url: emulator.url, env, folder: terraform.folder, result: applied });
    if (!destroy) {
      return applied;
    }
    const outcome = await step("destroy", () => tryDestroy(terraform, new ProgressText(detail, planned.length)));
    const expected = config.protectData ? "refused" : "destroyed";
    return { ...found, destroy: outcome, succeeded: isClean(found) && outcome === expected };
  });
}

/** Without any secret the scan failed: there is always a database password. */
function isClean({ secondPlan, secrets }: Pick<RehearsalResult, "secondPlan" | "secrets">): boolean {
  return secondPlan.length === 0 && secrets.leaks.length === 0 && secrets.secrets > 0;
}

async function tryDestroy(terraform: StackTerraform, text: ProgressText): Promise<"destroyed" | "refused"> {
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
