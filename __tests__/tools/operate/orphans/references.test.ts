import { mentionedAddresses, resolveReferences } from "../../../../tools/operate/orphans/references";

const VALUES: Record<string, string> = {
  "aws_api_gateway_rest_api.Api.id": "abc",
  "aws_subnet.VPC_PublicSubnet-a.id": "subnet-1",
};

function lookup(address: string, attribute: string): string | undefined {
  return VALUES[`${address}.${attribute}`];
}

describe("references in an argument are resolved", () => {
  test.each<[string, unknown, string | undefined]>([
    ["a literal", "aleenascuisine-dev-images", "aleenascuisine-dev-images"],
    ["a number", 443, "443"],
    ["a truth", false, "false"],
    ["a reference", "${aws_api_gateway_rest_api.Api.id}", "abc"],
    ["an address with a hyphen", "${aws_subnet.VPC_PublicSubnet-a.id}", "subnet-1"],
    [
      "references in a text",
      "logs_${aws_api_gateway_rest_api.Api.id}/${aws_subnet.VPC_PublicSubnet-a.id}",
      "logs_abc/subnet-1",
    ],
    ["nothing where the value is not known", "logs_${aws_vpc.VPC.id}/dev", undefined],
    ["nothing where it is an expression", '${sha256("x")}', undefined],
    ["nothing where a reference is part of an expression", "${upper(aws_api_gateway_rest_api.Api.id)}", undefined],
    ["nothing where it is missing", undefined, undefined],
    ["nothing where it is a list", ["a"], undefined],
  ])("%s", (_, value, expected) => {
    expect(resolveReferences(value, lookup)).toBe(expected);
  });
});

test("addresses are found at any depth and in any expression", () => {
  const args = {
    vpc_id: "${aws_vpc.VPC.id}",
    subnet_ids: ["${aws_subnet.VPC_PrivateSubnet-a.id}", "${aws_subnet.VPC_PrivateSubnet-a.id}"],
    environment: { host: "${upper(aws_rds_cluster.Database.endpoint)}" },
    description: "no address",
  };
  expect(mentionedAddresses(args)).toEqual([
    "aws_vpc.VPC",
    "aws_subnet.VPC_PrivateSubnet-a",
    "aws_rds_cluster.Database",
  ]);
});
