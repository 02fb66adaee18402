import { environments } from "../../src/config/environments";
import type { EnvironmentConfig } from "../../src/config/schema";
import { present } from "./present";

/**
 * Environments of `src/config/environments.ts`, for tests that run commands: those take no other. A test that
 * uses them derives every expected value from them, so that an edit of the configuration turns no test red.
 */
export const live: readonly EnvironmentConfig[] = environments;

/** The first live environment whose data is disposable. */
export const disposable = present(environments.find(({ protectData }) => !protectData));

/** The first live environment whose data is protected. */
export const guarded = present(environments.find(({ protectData }) => protectData));
