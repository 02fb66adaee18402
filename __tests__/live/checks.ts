import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { identityPolicy } from "../../src/constructs/security/policy-document";
import type { EnvironmentConfig } from "../../src/config/schema";
import { configurationProblems } from "../../src/config/validate";
import { COMMANDS } from "../../tools/cli";
import { generatedFiles, type Configuration } from "../../tools/develop/docs/generated-files";
import { deployPolicy } from "../../tools/operate/roles/deploy-policy";
import { planPolicy } from "../../tools/operate/roles/plan-policy";
import { MANAGED_POLICY_LIMIT } from "../../tools/operate/roles/project-arns";
import { expectedAddresses } from "../golden/addresses";
import { environmentTemplate } from "../helpers/stack-templates";

const ROOT = join(__dirname, "..", "..");

/** Policies that a role can have at most. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const POLICIES_A_ROLE = 10;

/** What must be true of every configuration that is merged. */
export const CHECKS: Readonly<Record<string, (configuration: Configuration) => void>> = {
  "is valid": ({ account, environments }) => {
    expect(configurationProblems(environments, account)).toEqual([]);
  },
  "gives every environment the addresses of the golden list": ({ environments }) => {
    for (const config of environments) {
      expect(addressesOf(config)).toEqual(expectedAddresses(config));
    }
  },
  "can be written into the documentation and the pipeline": (configuration) => {
    for (const { path, text } of generatedFiles(COMMANDS, configuration)) {
      const once = text(readFileSync(join(ROOT, path), "utf8"));
      expect([path, text(once)]).toEqual([path, once]);
      expect(() =>
        path.endsWith(".yml") || path.endsWith(".yaml") ? (parse(once) as unknown) : undefined,
      ).not.toThrow();
    }
  },
  "gives the roles policies that IAM accepts": ({ account, environments }) => {
    for (const policies of [planPolicy(account, environments), deployPolicy(account, environments)]) {
      expect(policies.length).toBeLessThanOrEqual(POLICIES_A_ROLE);
      const lengths = policies.map(({ statements }) => identityPolicy(statements).length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(MANAGED_POLICY_LIMIT);
    }
  },
};

const synthesized = new Map<string, readonly string[]>();

/** Addresses of an environment, which is synthesized once: most edits leave the others as they are. */
function addressesOf(config: EnvironmentConfig): readonly string[] {
  const key = JSON.stringify(config);
  const addresses = synthesized.get(key) ?? environmentTemplate(config).addresses;
  synthesized.set(key, addresses);
  return addresses;
}
