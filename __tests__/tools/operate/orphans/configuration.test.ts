import { dependenciesFirst } from "../../../../tools/operate/orphans/configuration";

test("each resource comes after those that it refers to, and otherwise keeps its place", () => {
  const resource = (address: string, ...references: string[]) => ({
    address,
    type: address.split(".")[0] ?? "",
    arguments: { references: references.map((reference) => `\${${reference}.id}`) },
  });
  const sorted = dependenciesFirst([
    resource("aws_route.R", "aws_nat_gateway.N", "aws_route_table.T"),
    resource("aws_eip.E"),
    resource("aws_nat_gateway.N", "aws_eip.E", "aws_subnet.S"),
    resource("aws_route_table.T", "aws_vpc.V"),
    resource("aws_subnet.S", "aws_vpc.V", "aws_unknown.U"),
    resource("aws_vpc.V", "aws_vpc.V"),
  ]);
  expect(sorted.map(({ address }) => address)).toEqual([
    "aws_eip.E",
    "aws_vpc.V",
    "aws_subnet.S",
    "aws_nat_gateway.N",
    "aws_route_table.T",
    "aws_route.R",
  ]);
});
