import { ACCOUNT } from "../../../fixtures/environments";
import type { ConfiguredResource } from "../../../../tools/operate/orphans/configuration";
import { findMatches, type Evidence, type Matches } from "../../../../tools/operate/orphans/match";
import type { SecurityGroupRule } from "../../../../tools/operate/orphans/scratch";
import { identify, type TaggedResource } from "../../../../tools/operate/orphans/tagged";

function resource(address: string, args: Record<string, unknown>): ConfiguredResource {
  return { address, type: address.split(".")[0] ?? "", arguments: args };
}

function ec2(kind: string, id: string, name?: string): TaggedResource {
  const arn = `arn:aws:ec2:ap-south-1:498192039865:${kind}/${id}`;
  return { arn, name, ...identify(arn) };
}

const VPC = resource("aws_vpc.VPC", { tags: { Name: "dev-vpc" } });
const TABLES = ["public", "private"].map((name) =>
  resource(`aws_route_table.${name}`, { vpc_id: "${aws_vpc.VPC.id}", tags: { Name: `dev-${name}` } }),
);
const ROUTE = resource("aws_route.Default", {
  route_table_id: "${aws_route_table.public.id}",
  destination_cidr_block: "0.0.0.0/0",
});
const BUCKET = resource("aws_s3_bucket.Images", { bucket: "dev-images" });
const VERSIONING = resource("aws_s3_bucket_versioning.Images", { bucket: "${aws_s3_bucket.Images.id}" });
const API = resource("aws_api_gateway_rest_api.Api", { name: "dev-api" });
const PATH = resource("aws_api_gateway_resource.Path", {
  rest_api_id: "${aws_api_gateway_rest_api.Api.id}",
  parent_id: "${aws_api_gateway_rest_api.Api.root_resource_id}",
  path_part: "{proxy+}",
});
const METHODS = [
  resource("aws_api_gateway_method.Any", {
    rest_api_id: "${aws_api_gateway_rest_api.Api.id}",
    resource_id: "${aws_api_gateway_resource.Path.id}",
    http_method: "ANY",
  }),
  resource("aws_api_gateway_integration.Any", {
    rest_api_id: "${aws_api_gateway_rest_api.Api.id}",
    resource_id: "${aws_api_gateway_rest_api.Api.root_resource_id}",
    http_method: "${aws_api_gateway_method.Any.http_method}",
  }),
];

/** AWS, where the API has its root and one path. */
const AWS: Pick<Evidence, "lookups" | "rulesOf"> = {
  lookups: {
    find: (lookup, argument) => {
      const path = [argument("rest_api_id"), argument("parent_id"), argument("path_part")].join("|");
      return Promise.resolve({ ids: lookup === "apiResource" && path === "api1|root|{proxy+}" ? ["api1/path1"] : [] });
    },
    rootResource: (api) => Promise.resolve(api === "api1" ? "root" : undefined),
  },
  rulesOf: () => Promise.resolve([]),
};

async function find(evidence: Partial<Evidence>): Promise<Record<string, unknown> & { matches: string[] }> {
  const found: Matches = await findMatches({
    configuration: [],
    state: new Map(),
    tagged: [],
    account: ACCOUNT,
    ...AWS,
    ...evidence,
  });
  return {
    matches: found.matches.map(({ resource: { address }, id }) => `${address} ${id}`),
    ambiguities: found.ambiguities.map(({ resource: { address }, ...rest }) => ({ address, ...rest })),
    hidden: found.hidden.map(({ resource: { address }, behind }) => `${address} behind ${behind}`),
  };
}

test("a resource with an id from AWS is found by its type and its tag Name, and what depends on it follows", async () => {
  const tagged = [
    ec2("route-table", "rtb-2", "dev-private"),
    ec2("route-table", "rtb-1", "dev-public"),
    ec2("vpc", "vpc-1", "dev-vpc"),
  ];
  expect(await find({ configuration: [VPC, ...TABLES, ROUTE], tagged })).toEqual({
    matches: [
      "aws_vpc.VPC vpc-1",
      "aws_route_table.public rtb-1",
      "aws_route_table.private rtb-2",
      "aws_route.Default rtb-1_0.0.0.0/0",
    ],
    ambiguities: [],
    hidden: [],
  });
});

test("what depends on something that does not exist is not searched for", async () => {
  expect((await find({ configuration: [VPC, ...TABLES, ROUTE] })).matches).toEqual([]);
});

test("a resource with a name needs no tag", async () => {
  expect((await find({ configuration: [BUCKET, VERSIONING] })).matches).toEqual([
    "aws_s3_bucket.Images dev-images",
    "aws_s3_bucket_versioning.Images dev-images",
  ]);
});

test("an API is followed to its root, its paths and their methods", async () => {
  const arn = "arn:aws:apigateway:ap-south-1::/restapis/api1";
  const tagged = [{ arn, ...identify(arn) }];
  expect((await find({ configuration: [API, PATH, ...METHODS], tagged })).matches).toEqual([
    "aws_api_gateway_rest_api.Api api1",
    "aws_api_gateway_resource.Path api1/path1",
    "aws_api_gateway_method.Any api1/path1/ANY",
    "aws_api_gateway_integration.Any api1/root/ANY",
  ]);
});

test("what is in state is left out, and resolves references to it", async () => {
  const state = new Map([
    [VPC.address, { id: "vpc-1" }],
    ["aws_route_table.public", { id: "rtb-1" }],
  ]);
  const tagged = [ec2("vpc", "vpc-1", "dev-vpc"), ec2("route-table", "rtb-1", "dev-public")];
  expect(await find({ configuration: [VPC, ...TABLES, ROUTE], state, tagged })).toEqual({
    matches: ["aws_route.Default rtb-1_0.0.0.0/0"],
    ambiguities: [],
    hidden: [],
  });
});

test("two of one name: none is chosen, and what depends on them is listed", async () => {
  const tagged = [
    ec2("vpc", "vpc-1", "dev-vpc"),
    ec2("route-table", "rtb-1", "dev-public"),
    ec2("route-table", "rtb-9", "dev-public"),
  ];
  expect(await find({ configuration: [VPC, ...TABLES, ROUTE], tagged })).toEqual({
    matches: ["aws_vpc.VPC vpc-1"],
    ambiguities: [{ address: "aws_route_table.public", ids: ["rtb-1", "rtb-9"] }],
    hidden: ["aws_route.Default behind aws_route_table.public"],
  });
});

test("two of one name do not hide a resource with its own tag", async () => {
  const tagged = [
    ec2("vpc", "vpc-1", "dev-vpc"),
    ec2("vpc", "vpc-9", "dev-vpc"),
    ec2("route-table", "rtb-1", "dev-public"),
  ];
  expect(await find({ configuration: [VPC, ...TABLES], tagged })).toMatchObject({
    matches: ["aws_route_table.public rtb-1"],
    hidden: [],
  });
});

test("a second one is reported next to the one in state", async () => {
  const state = new Map([[VPC.address, { id: "vpc-1" }]]);
  const tagged = [ec2("vpc", "vpc-1", "dev-vpc"), ec2("vpc", "vpc-9", "dev-vpc")];
  expect(await find({ configuration: [VPC], state, tagged })).toEqual({
    matches: [],
    ambiguities: [{ address: "aws_vpc.VPC", inState: "vpc-1", ids: ["vpc-9"] }],
    hidden: [],
  });
});

describe("a rule of a security group is identified by its values", () => {
  const groups = ["lambda", "database"].map((name) => resource(`aws_security_group.${name}`, { tags: { Name: name } }));
  const tagged = [ec2("security-group", "sg-1", "lambda"), ec2("security-group", "sg-2", "database")];
  const rule = resource("aws_vpc_security_group_egress_rule.ToDatabase", {
    security_group_id: "${aws_security_group.lambda.id}",
    referenced_security_group_id: "${aws_security_group.database.id}",
    ip_protocol: "tcp",
    from_port: 5432,
    to_port: 5432,
    description: "PostgreSQL from the function",
  });
  const there: SecurityGroupRule = {
    id: "sgr-1",
    is_egress: true,
    security_group_id: "sg-1",
    ip_protocol: "tcp",
    from_port: 5432,
    to_port: 5432,
    cidr_ipv4: null,
    referenced_security_group_id: "sg-2",
  };

  test.each<[string, Partial<SecurityGroupRule>, boolean]>([
    ["the same", {}, true],
    ["the other direction", { is_egress: false }, false],
    ["another port", { to_port: 5433 }, false],
    ["another group", { security_group_id: "sg-2" }, false],
    ["an address and no group", { cidr_ipv4: "0.0.0.0/0", referenced_security_group_id: null }, false],
  ])("%s", async (_, difference, expected) => {
    const asked: string[][] = [];
    const { matches } = await find({
      configuration: [...groups, rule],
      tagged,
      rulesOf: (ids) => {
        asked.push([...ids]);
        return Promise.resolve([{ ...there, ...difference }]);
      },
    });
    expect(asked).toEqual([["sg-1"]]);
    expect(matches.includes(`${rule.address} sgr-1`)).toBe(expected);
  });
});
