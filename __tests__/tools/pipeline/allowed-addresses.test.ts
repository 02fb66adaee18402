import { allowedAddresses } from "../../../tools/pipeline/allowed-addresses";

const ENVIRONMENTS = ["dev", "prod"];

function allowed(messages: string, { environment = "prod", typed = "" } = {}): string[] {
  return allowedAddresses({ environment, environments: ENVIRONMENTS, messages, typed });
}

test.each([
  ["a line of its own", "Move the images\n\nAllow-Change: prod aws_s3_bucket.ImagesBucket"],
  ["a squashed commit, behind a bullet", "Images (#12)\n\n* Allow-Change: prod aws_s3_bucket.ImagesBucket"],
  ["a squashed commit, indented", "Images (#12)\n\n  Allow-Change: prod   aws_s3_bucket.ImagesBucket  "],
  ["another case", "allow-change:prod aws_s3_bucket.ImagesBucket\r"],
])("takes an address from %s", (_, messages) => {
  expect(allowed(messages)).toEqual(["aws_s3_bucket.ImagesBucket"]);
});

test("allows in the environment that is named, and in no other", () => {
  const messages = "Allow-Change: dev aws_rds_cluster.Database";
  expect(allowed(messages)).toEqual([]);
  expect(allowed(messages, { environment: "dev" })).toEqual(["aws_rds_cluster.Database"]);
});

test("adds what the person who started the run typed, each address once", () => {
  const messages = "Allow-Change: prod aws_vpc.VPC\nAllow-Change: prod aws_eip.VPC_NatAddress";
  expect(allowed(messages, { typed: " aws_vpc.VPC\taws_subnet.VPC_PublicSubnet-a " })).toEqual([
    "aws_eip.VPC_NatAddress",
    "aws_subnet.VPC_PublicSubnet-a",
    "aws_vpc.VPC",
  ]);
});

test("ignores text that only mentions the line", () => {
  expect(allowed("A commit says Allow-Change: prod aws_vpc.VPC where data may be lost")).toEqual([]);
});

test.each([
  ["no environment", "Allow-Change: aws_vpc.VPC"],
  ["an unknown environment", "Allow-Change: production aws_vpc.VPC"],
  ["a word instead of an address", "Allow-Change: prod everything"],
  ["two addresses", "Allow-Change: prod aws_vpc.VPC aws_eip.VPC_NatAddress"],
  ["an option", "Allow-Change: prod --format=json"],
  ["what a shell would expand", "Allow-Change: prod aws_vpc.$(id)"],
  ["a wildcard", "Allow-Change: prod aws_vpc.*"],
])("fails when a line has %s", (_, line) => {
  expect(() => allowed(line)).toThrow(`"${line}" in a commit message: write Allow-Change: dev|prod ADDRESS`);
});

test("fails with every mistake at once", () => {
  expect(() => allowed("Allow-Change: prod", { environment: "stage", typed: "; rm" })).toThrow(
    [
      "Nothing was planned:",
      '  - there is no environment "stage"; there are dev and prod',
      '  - "Allow-Change: prod" in a commit message: write Allow-Change: dev|prod ADDRESS, one address per line',
      '  - ";" is not an address: write one such as aws_s3_bucket.ImagesBucket',
      '  - "rm" is not an address: write one such as aws_s3_bucket.ImagesBucket',
    ].join("\n"),
  );
});
