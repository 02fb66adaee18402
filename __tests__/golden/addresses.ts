import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { INTERFACE_ENDPOINTS } from "../../src/constructs/network/limits";

/** Addresses of an environment with two zones and every endpoint. They are a contract: state knows resources by them. */
export const GOLDEN_ADDRESSES: readonly string[] = readFileSync(join(__dirname, "addresses.txt"), "utf8")
  .trim()
  .split("\n");

/** Those of {@link GOLDEN_ADDRESSES} that are resources in AWS. */
export const GOLDEN_RESOURCES = GOLDEN_ADDRESSES.filter((address) => !address.startsWith("ephemeral."));

/** Addresses that an environment must have: the golden ones, for its own zones and endpoints. */
export function expectedAddresses({ network: { interfaceEndpoints, zones } }: EnvironmentConfig): string[] {
  return GOLDEN_ADDRESSES.flatMap((address) => {
    const [, perZone, zone] = /^(aws_(?:subnet|route_table_association)\.VPC_\w+-)([a-z])$/.exec(address) ?? [];
    if (perZone !== undefined) {
      return zone === "a" ? zones.map((each) => perZone + each) : [];
    }
    const endpoint = INTERFACE_ENDPOINTS.find((each) => address === `aws_vpc_endpoint.Endpoints_${each}`);
    return endpoint === undefined || interfaceEndpoints.includes(endpoint) ? [address] : [];
  }).sort();
}
