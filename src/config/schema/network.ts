import { IPv4, parseCIDR } from "ipaddr.js";
import * as z from "zod/mini";
import { INTERFACE_ENDPOINTS } from "../../constructs/network/limits";
import { list, section, text } from "./field";

/** Availability Zone letters of ap-south-1 that are open to every account. */
const REGION_ZONES = ["a", "b", "c"] as const;

const VPC_PREFIX = { largest: 16, smallest: 24 };

const zone = `one of ${REGION_ZONES.join(", ")}`;
const endpoint = `one of ${INTERFACE_ENDPOINTS.join(", ")}`;

/** The VPC, and how it reaches AWS's services. */
export const network = section({
  /** IPv4 CIDR block of the VPC, /16 to /24: it is cut into sixteen, and AWS's smallest subnet is /28. */
  vpcCidr: text({
    rule: "an IPv4 CIDR block, such as 10.0.0.0/16",
    find: cidrProblem,
    source: "handover",
    reason: "VPC; sixteen /20 subnets, the lower half public, the upper half private",
  }),
  /**
   * Availability Zone letters, each with a public and a private subnet. At least two, which Aurora requires.
   * Append only: a subnet's CIDR block follows from its zone's place, and the NAT gateway is in the first zone.
   */
  zones: list(z.literal(REGION_ZONES, `write ${zone}`), {
    rule: `at least two of ${REGION_ZONES.join(", ")}: Aurora needs subnets in two zones`,
    atLeast: 2,
    source: "owner",
    reason: "Literals: a look-up could shift them and would list local zones too",
  }),
  /**
   * Interface endpoints, billed by the hour and zone. Services without one are reached through the NAT gateway
   * (runbook 4: "disable non-essential endpoints in dev if costs spike"). The S3 gateway endpoint is free and
   * always exists.
   */
  interfaceEndpoints: list(z.literal(INTERFACE_ENDPOINTS, `write ${endpoint}`), {
    rule: `any of ${INTERFACE_ENDPOINTS.join(", ")}`,
    source: "handover",
    reason: "All four; shorten the list in dev when costs spike (runbook 4)",
  }),
});

function cidrProblem(cidr: string): string | undefined {
  if (!isCanonicalIPv4(cidr)) {
    return "write an IPv4 CIDR block, such as 10.0.0.0/16";
  }
  const prefix = Number(cidr.split("/")[1]);
  const { largest, smallest } = VPC_PREFIX;
  if (prefix < largest || prefix > smallest) {
    return `use a prefix from /${String(largest)} (AWS's largest VPC) to /${String(smallest)} (a sixteenth of it is a /28, AWS's smallest subnet)`;
  }
  const first = `${IPv4.networkAddressFromCIDR(cidr).toString()}/${String(prefix)}`;
  return cidr === first
    ? undefined
    : `the address has bits set after the prefix; write the block's first address, ${first}`;
}

/** ipaddr.js also reads octal, hexadecimal and shortened addresses, which AWS does not. */
function isCanonicalIPv4(cidr: string): boolean {
  try {
    const [address, prefix] = parseCIDR(cidr);
    return address.kind() === "ipv4" && cidr === `${address.toString()}/${String(prefix)}`;
  } catch {
    return false;
  }
}
