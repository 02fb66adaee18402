import { parseCIDR } from "ipaddr.js";

/** The VPC's block is cut into 2^4 = 16 subnets: the first half public, the second half private. */
const SUBNET_BITS = 4;
const FIRST_PRIVATE = 8;

/** Zones that fit into a VPC: each takes a subnet of both halves. */
export const MAX_ZONES = FIRST_PRIVATE;

/** Half of the VPC that a subnet is in. */
export type SubnetKind = "public" | "private";

/**
 * CIDR block of a subnet. A literal, so that a plan shows it before the VPC exists.
 *
 * @param vpcCidr - block of the VPC, /16 to /24
 * @param kind - public or private half
 * @param index - place among the zones, from 0; at most 7
 */
export function subnetCidr(vpcCidr: string, kind: SubnetKind, index: number): string {
  const [address, prefix] = parseCIDR(vpcCidr);
  const subnetPrefix = prefix + SUBNET_BITS;
  const start = address.toByteArray().reduce((value, byte) => value * 256 + byte, 0);
  const place = kind === "public" ? index : FIRST_PRIVATE + index;
  const subnet = start + place * 2 ** (32 - subnetPrefix);
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(subnet / 2 ** shift) % 256);
  return `${octets.join(".")}/${String(subnetPrefix)}`;
}
