import { Annotations } from "cdktf";
import type { IConstruct } from "constructs";
import { parseCIDR } from "ipaddr.js";
import type { EnvironmentConfig } from "../config/schema";

/** Placeholders for an origin that is not known yet. Source: handover, "Outstanding Notes". */
const PLACEHOLDER_ORIGINS = ["https://app.aleenascuisine.com"];

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Settings that are valid but probably unwanted: one sentence each, with what to do.
 *
 * @param config - a validated environment
 */
export function warningsFor(config: EnvironmentConfig): string[] {
  return [
    ...originWarnings(config),
    ...storageWarnings(config),
    ...databaseWarnings(config),
    ...networkWarnings(config),
  ];
}

/** Attaches the warnings to a stack, where `cdktf synth` prints them. */
export function addWarnings(scope: IConstruct, config: EnvironmentConfig): void {
  for (const warning of warningsFor(config)) {
    Annotations.of(scope).addWarning(warning);
  }
}

function originWarnings({ apiAllowedOrigin: origin, protectData }: EnvironmentConfig): string[] {
  const { hostname, protocol } = new URL(origin);
  if (!protectData && LOCAL_HOSTS.includes(hostname)) {
    return [];
  }
  if (LOCAL_HOSTS.includes(hostname)) {
    return [`apiAllowedOrigin is ${origin}: customers' browsers will be refused. Set the shop's own origin.`];
  }
  if (PLACEHOLDER_ORIGINS.includes(origin)) {
    return [`apiAllowedOrigin is ${origin}, the handover's placeholder. Confirm it, or set the shop's own origin.`];
  }
  return protocol === "http:"
    ? [`apiAllowedOrigin is ${origin}: anyone on the way can change its pages. Use https.`]
    : [];
}

function storageWarnings({ storage }: EnvironmentConfig): string[] {
  const warnings = [];
  if (storage.imagesArchiveClass !== "GLACIER_IR") {
    warnings.push(
      `storage.imagesArchiveClass is ${storage.imagesArchiveClass}: CloudFront cannot serve such objects, so images vanish after ${String(storage.archiveAfterDays)} days. Use GLACIER_IR.`,
    );
  }
  if (storage.cdnPriceClass === "PriceClass_100") {
    warnings.push("storage.cdnPriceClass is PriceClass_100: it has no edge in India. Use PriceClass_200.");
  }
  return warnings;
}

function databaseWarnings({ database, network, protectData }: EnvironmentConfig): string[] {
  const warnings = [];
  if (protectData && !database.finalSnapshot) {
    warnings.push("database.finalSnapshot is false: deleting the cluster deletes the last backup too. Set it to true.");
  }
  if (protectData && !network.interfaceEndpoints.includes("secretsmanager")) {
    warnings.push(
      "network.interfaceEndpoints lacks secretsmanager: the function reads its secrets through the NAT gateway, which is in one zone.",
    );
  }
  return warnings;
}

/** @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
function networkWarnings({ network: { vpcCidr } }: EnvironmentConfig): string[] {
  const [address] = parseCIDR(vpcCidr);
  return ["private", "carrierGradeNat"].includes(address.range())
    ? []
    : [
        `network.vpcCidr is ${vpcCidr}, which is not a private range: hosts with those addresses on the internet cannot be reached. Use a block of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10.`,
      ];
}
