import { ACCOUNT } from "../fixtures/environments";
import type { EnvironmentConfig } from "../../src/config/schema";
import { EnvironmentStack } from "../../src/stacks/environment-stack";
import { FoundationStack } from "../../src/stacks/foundation-stack";
import { synthesized, type Template } from "./template";

/** An environment's stack as it is synthesized, validations and aspects included. */
export function environmentTemplate(config: EnvironmentConfig): Template {
  return synthesized((app) => new EnvironmentStack(app, config));
}

/** The foundation stack as it is synthesized. */
export function foundationTemplate(): Template {
  return synthesized((app) => new FoundationStack(app, ACCOUNT));
}
