import { accepts, refuses, type Change } from "./changes";

const network = (vpcCidr: string): Change => ({ network: { vpcCidr } });

refuses([
  [
    "a CIDR block's leading zeros could be read as octal",
    network("010.0.0.0/16"),
    "network.vpcCidr",
    "write an IPv4 CIDR block",
  ],
  ["a CIDR block is a word", network("private"), "network.vpcCidr", "write an IPv4 CIDR block, such as 10.0.0.0/16"],
  ["a CIDR block lacks an octet", network("10.0.0/16"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block lacks its prefix", network("10.0.0.0"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block's octet is above 255", network("10.0.256.0/16"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block's prefix is above 32", network("10.0.0.0/33"), "network.vpcCidr", "write an IPv4 CIDR block"],
  ["a CIDR block is of IPv6", network("2001:db8::/32"), "network.vpcCidr", "write an IPv4 CIDR block"],
  [
    "a CIDR block is larger than a VPC",
    network("10.0.0.0/15"),
    "network.vpcCidr",
    "use a prefix from /16 (AWS's largest VPC)",
  ],
  [
    "a CIDR block has no room for subnets",
    network("10.0.0.0/25"),
    "network.vpcCidr",
    "to /24 (a sixteenth of it is a /28",
  ],
  ["a CIDR block has host bits", network("10.0.1.0/16"), "network.vpcCidr", "write the block's first address"],
  [
    "a CIDR block has host bits in its last octet",
    network("10.0.0.1/24"),
    "network.vpcCidr",
    "bits set after the prefix",
  ],
  [
    "there is one zone",
    { network: { zones: ["a"] } },
    "network.zones",
    "at least two of a, b, c: Aurora needs subnets in two zones",
  ],
  ["a zone is unknown", { network: { zones: ["a", "d"] } }, "network.zones[1]", "write one of a, b, c"],
  [
    "a zone has the region in it",
    { network: { zones: ["a", "ap-south-1b"] } },
    "network.zones[1]",
    "write one of a, b, c",
  ],
  ["a zone is listed twice", { network: { zones: ["a", "a"] } }, "network.zones", '"a" is listed twice; remove one'],
  [
    "an endpoint is unknown",
    { network: { interfaceEndpoints: ["logs", "sqs"] } },
    "network.interfaceEndpoints[1]",
    "write one of secretsmanager, rds, rds-data, logs",
  ],
  [
    "an endpoint is listed twice",
    { network: { interfaceEndpoints: ["logs", "logs"] } },
    "network.interfaceEndpoints",
    '"logs" is listed twice; remove one',
  ],
]);

accepts([
  ["the smallest CIDR block", network("192.168.7.0/24")],
  ["a CIDR block with a prefix within an octet", network("172.16.16.0/20")],
  ["three zones and no interface endpoint", { network: { zones: ["a", "b", "c"], interfaceEndpoints: [] } }],
]);
