import { TerraformOutput } from "cdktf";
import { ACCOUNT } from "../../fixtures/environments";
import { Vpc } from "../../../src/constructs/network/vpc";
import { constructTemplate, type Template } from "../../helpers/template";

function vpcTemplate(zones?: readonly string[]): Template {
  return constructTemplate((scope) => {
    const vpc = new Vpc(scope, "VPC", { namePrefix: "shop", account: ACCOUNT, zones });
    new TerraformOutput(scope, "PrivateSubnets", { value: vpc.privateSubnetIds });
    new TerraformOutput(scope, "PrivateRoutes", { value: vpc.privateRouteTableId });
  });
}

describe("Vpc", () => {
  const template = vpcTemplate(["a", "b"]);

  test("has the zones a and b when none are given", () => {
    expect(vpcTemplate().text).toBe(template.text);
  });

  test("has the CIDR block and the region that it is given", () => {
    const other = constructTemplate((scope) => {
      const account = { id: "111122223333", region: "eu-west-1" };
      new Vpc(scope, "VPC", { namePrefix: "shop", account, cidr: "10.9.0.0/20" });
    });
    expect(other.at("aws_vpc.VPC").cidr_block).toBe("10.9.0.0/20");
    expect(other.at("aws_subnet.VPC_PrivateSubnet-b")).toMatchObject({
      availability_zone: "eu-west-1b",
      cidr_block: "10.9.9.0/24",
    });
  });

  test("resolves the private names of its endpoints", () => {
    expect(template.at("aws_vpc.VPC")).toEqual({
      cidr_block: "10.0.0.0/16",
      enable_dns_hostnames: true,
      enable_dns_support: true,
      tags: { Name: "shop-vpc" },
    });
  });

  test("has a public and a private subnet in each zone, none of which assigns public addresses", () => {
    const subnet = (zone: string, cidr: string, name: string): unknown => ({
      vpc_id: "${aws_vpc.VPC.id}",
      availability_zone: zone,
      cidr_block: cidr,
      map_public_ip_on_launch: false,
      tags: { Name: name },
      timeouts: { delete: "60m" },
    });
    expect(template.at("aws_subnet.VPC_PublicSubnet-a")).toEqual(subnet("ap-south-1a", "10.0.0.0/20", "shop-public-a"));
    expect(template.at("aws_subnet.VPC_PublicSubnet-b")).toEqual(
      subnet("ap-south-1b", "10.0.16.0/20", "shop-public-b"),
    );
    expect(template.at("aws_subnet.VPC_PrivateSubnet-a")).toEqual(
      subnet("ap-south-1a", "10.0.128.0/20", "shop-private-a"),
    );
    expect(template.at("aws_subnet.VPC_PrivateSubnet-b")).toEqual(
      subnet("ap-south-1b", "10.0.144.0/20", "shop-private-b"),
    );
  });

  test("sends the public subnets' traffic to the internet gateway", () => {
    expect(template.at("aws_internet_gateway.VPC_InternetGateway")).toEqual({
      vpc_id: "${aws_vpc.VPC.id}",
      tags: { Name: "shop-igw" },
    });
    expect(template.at("aws_route.VPC_PublicDefaultRoute")).toEqual({
      route_table_id: "${aws_route_table.VPC_PublicRouteTable.id}",
      destination_cidr_block: "0.0.0.0/0",
      gateway_id: "${aws_internet_gateway.VPC_InternetGateway.id}",
    });
  });

  test("sends the private subnets' traffic through the one NAT gateway", () => {
    expect(template.at("aws_route.VPC_PrivateDefaultRoute")).toEqual({
      route_table_id: "${aws_route_table.VPC_PrivateRouteTable.id}",
      destination_cidr_block: "0.0.0.0/0",
      nat_gateway_id: "${aws_nat_gateway.VPC_NatGateway.id}",
    });
    expect(template.at("aws_nat_gateway.VPC_NatGateway")).toEqual({
      allocation_id: "${aws_eip.VPC_NatAddress.id}",
      subnet_id: "${aws_subnet.VPC_PublicSubnet-a.id}",
      tags: { Name: "shop-nat" },
      depends_on: ["aws_internet_gateway.VPC_InternetGateway"],
    });
    expect(template.at("aws_eip.VPC_NatAddress")).toEqual({
      domain: "vpc",
      tags: { Name: "shop-nat" },
      depends_on: ["aws_internet_gateway.VPC_InternetGateway"],
    });
  });

  test("associates each subnet with the route table of its kind", () => {
    expect(template.at("aws_route_table.VPC_PublicRouteTable")).toEqual({
      vpc_id: "${aws_vpc.VPC.id}",
      tags: { Name: "shop-public" },
    });
    expect(template.at("aws_route_table.VPC_PrivateRouteTable")).toEqual({
      vpc_id: "${aws_vpc.VPC.id}",
      tags: { Name: "shop-private" },
    });
    for (const zone of ["a", "b"]) {
      for (const kind of ["Public", "Private"]) {
        expect(template.at(`aws_route_table_association.VPC_${kind}RouteTableAssociation-${zone}`)).toEqual({
          route_table_id: `\${aws_route_table.VPC_${kind}RouteTable.id}`,
          subnet_id: `\${aws_subnet.VPC_${kind}Subnet-${zone}.id}`,
        });
      }
    }
  });

  test("empties the default security group, which AWS leaves open", () => {
    expect(template.at("aws_default_security_group.VPC_DefaultSecurityGroup")).toEqual({
      vpc_id: "${aws_vpc.VPC.id}",
      ingress: [],
      egress: [],
      tags: { Name: "shop-default-empty" },
    });
  });

  test("has the private subnets as an output, in the order of the zones", () => {
    expect(template.json.output).toEqual({
      PrivateSubnets: { value: ["${aws_subnet.VPC_PrivateSubnet-a.id}", "${aws_subnet.VPC_PrivateSubnet-b.id}"] },
      PrivateRoutes: { value: "${aws_route_table.VPC_PrivateRouteTable.id}" },
    });
  });

  test.each([
    ["two", ["a", "b"], 4],
    ["three", ["a", "b", "c"], 6],
  ])("pays for one NAT gateway and one address with %s zones", (_count, zones, subnets) => {
    expect(vpcTemplate(zones).inventory).toEqual({
      aws_vpc: 1,
      aws_default_security_group: 1,
      aws_internet_gateway: 1,
      aws_subnet: subnets,
      aws_route_table: 2,
      aws_route_table_association: subnets,
      aws_route: 2,
      aws_eip: 1,
      aws_nat_gateway: 1,
    });
  });

  test("leaves the first two zones unchanged when a third is added", () => {
    const wider = vpcTemplate(["a", "b", "c"]);
    for (const { address } of template.resources) {
      expect(wider.at(address)).toEqual(template.at(address));
    }
    expect(wider.at("aws_subnet.VPC_PrivateSubnet-c")).toMatchObject({
      availability_zone: "ap-south-1c",
      cidr_block: "10.0.160.0/20",
    });
  });

  test.each([
    ["no zone", [], "A VPC has 1 to 8 zones, this one has 0"],
    [
      "more zones than address ranges",
      ["a", "b", "c", "d", "e", "f", "g", "h", "i"],
      "A VPC has 1 to 8 zones, this one has 9",
    ],
  ])("fails when it has %s", (_count, zones, message) => {
    expect(() => vpcTemplate(zones)).toThrow(message);
  });
});
