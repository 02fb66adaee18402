import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentConfig } from "../../src/config/schema";
import { INTERFACE_ENDPOINTS } from "../../src/constructs/network/limits";

/** Addresses of a frozen environment. */
const LISTED = readFileSync(join(__dirname, "dev.addresses.txt"), "utf8").trim().split("\n");

/**
 * Addresses that an environment must have: those of the golden list, for its own zones and endpoints. The list is the
 * contract; which of its rows repeat, or may be missing, is here.
 */
export function expectedAddresses({ network: { interfaceEndpoints, zones } }: EnvironmentConfig): string[] {
  return LISTED.flatMap((address) => {
    const [, perZone, zone] = /^(aws_(?:subnet|route_table_association)\.VPC_\w+-)([a-z])$/.exec(address) ?? [];
    if (perZone !== undefined) {
      return zone === "a" ? zones.map((each) => perZone + each) : [];
    }
    const endpoint = INTERFACE_ENDPOINTS.find((each) => address === `aws_vpc_endpoint.Endpoints_${each}`);
    return endpoint === undefined || interfaceEndpoints.includes(endpoint) ? [address] : [];
  }).sort();
}
