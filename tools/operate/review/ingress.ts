import ipaddr from "ipaddr.js";
import { isObject, listOf, type Json } from "../../shared/json";

/** A range with a shorter prefix counts as the whole internet: so do its two halves. */
const WORLD_PREFIX = { ipv4: 8, ipv6: 16 } as const;

/** Means every protocol and port. */
const EVERYTHING = "-1";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const PUBLIC_ACL = /^(public-read|public-read-write|authenticated-read)$/;

/** One opening to everyone. */
interface Opening {
  /** Range of addresses; for other services, who gets access. */
  readonly whom: string;
  /** @default - there are no ports */
  readonly protocol?: string;
  readonly from?: number;
  readonly to?: number;
}

/**
 * What a resource newly opens to everyone: to more addresses, or on more ports.
 *
 * @param type - Terraform's resource type
 * @param before - the resource as it is
 * @param after - the resource as it would be
 * @returns descriptions with the ports; empty if nothing is opened
 */
export function newlyOpened(type: string, before: Json, after: Json): string[] {
  const old = openings(type, before);
  return openings(type, after)
    .filter((opening) => !old.some((other) => covers(other, opening)))
    .map(inWords);
}

function openings(type: string, values: Json): Opening[] {
  if (!isObject(values)) {
    return [];
  }
  switch (type) {
    case "aws_vpc_security_group_ingress_rule":
      return worldOpenings(values, values.ip_protocol, [values.cidr_ipv4, values.cidr_ipv6]);
    case "aws_security_group_rule":
      return values.type === "ingress" ? inlineOpenings(values) : [];
    case "aws_security_group":
    case "aws_default_security_group":
      return items(values.ingress).flatMap((rule) => (isObject(rule) ? inlineOpenings(rule) : []));
    case "aws_lambda_permission":
      return values.principal === "*" ? [{ whom: "principal *" }] : [];
    case "aws_s3_bucket_acl":
      return typeof values.acl === "string" && PUBLIC_ACL.test(values.acl) ? [{ whom: `acl ${values.acl}` }] : [];
    case "aws_lambda_function_url":
      return values.authorization_type === "NONE" ? [{ whom: "authorization_type NONE" }] : [];
    default:
      return [];
  }
}

function inlineOpenings(rule: Readonly<Record<string, Json>>): Opening[] {
  return worldOpenings(rule, rule.protocol, [rule.cidr_blocks, rule.ipv6_cidr_blocks]);
}

function worldOpenings(
  { from_port: from, to_port: to }: Readonly<Record<string, Json>>,
  protocol: Json | undefined,
  ranges: readonly (Json | undefined)[],
): Opening[] {
  return ranges
    .flatMap(items)
    .filter((range): range is string => typeof range === "string" && isWorld(range))
    .map((whom) => ({
      whom,
      protocol: typeof protocol === "string" ? protocol : EVERYTHING,
      from: Number(from ?? 0),
      to: Number(to ?? 0),
    }));
}

function covers(outer: Opening, inner: Opening): boolean {
  if (outer.whom !== inner.whom) {
    return false;
  }
  const allPorts = outer.protocol === EVERYTHING;
  const ports = (outer.from ?? 0) <= (inner.from ?? 0) && (outer.to ?? 0) >= (inner.to ?? 0);
  return allPorts || (outer.protocol === inner.protocol && ports);
}

function inWords({ whom, protocol, from, to }: Opening): string {
  if (protocol === undefined) {
    return whom;
  }
  const ports = from === to ? String(from) : `${String(from)}-${String(to)}`;
  return `${whom} (${protocol === EVERYTHING ? "every port" : `${protocol} ${ports}`})`;
}

function isWorld(range: string): boolean {
  if (!ipaddr.isValidCIDR(range)) {
    return false;
  }
  const [address, prefix] = ipaddr.parseCIDR(range);
  return prefix < WORLD_PREFIX[address.kind()];
}

function items(value: Json | undefined): readonly Json[] {
  return listOf(value ?? undefined);
}
