import { ACCOUNT } from "../../fixtures/environments";
import { INTERFACE_ENDPOINTS, type InterfaceEndpoint } from "../../../src/constructs/network/limits";
import { SecurityGroup } from "../../../src/constructs/network/security-group";
import { Vpc } from "../../../src/constructs/network/vpc";
import { VpcEndpoints } from "../../../src/constructs/network/vpc-endpoints";
import { constructTemplate, type Template } from "../../helpers/template";

function endpointsTemplate(interfaceEndpoints?: readonly InterfaceEndpoint[]): Template {
  return constructTemplate((scope) => {
    const vpc = new Vpc(scope, "VPC", { namePrefix: "shop", account: ACCOUNT });
    const securityGroup = new SecurityGroup(scope, "Guard", {
      vpcId: vpc.vpcId,
      name: "guard",
      description: "Guards the endpoints",
    });
    new VpcEndpoints(scope, "Endpoints", {
      namePrefix: "shop",
      account: ACCOUNT,
      vpc,
      securityGroup,
      interfaceEndpoints,
    });
  });
}

describe("VpcEndpoints", () => {
  const template = endpointsTemplate(INTERFACE_ENDPOINTS);

  test("reaches S3 through the private route table, free of charge", () => {
    expect(template.at("aws_vpc_endpoint.Endpoints_s3")).toEqual({
      vpc_id: "${aws_vpc.VPC.id}",
      service_name: "com.amazonaws.ap-south-1.s3",
      vpc_endpoint_type: "Gateway",
      route_table_ids: ["${aws_route_table.VPC_PrivateRouteTable.id}"],
      tags: { Name: "shop-s3" },
    });
  });

  test.each(["secretsmanager", "rds", "rds-data", "logs"])(
    "reaches %s under its public name, in the private subnets and behind the security group",
    (service) => {
      expect(template.at(`aws_vpc_endpoint.Endpoints_${service}`)).toEqual({
        vpc_id: "${aws_vpc.VPC.id}",
        service_name: `com.amazonaws.ap-south-1.${service}`,
        vpc_endpoint_type: "Interface",
        subnet_ids: ["${aws_subnet.VPC_PrivateSubnet-a.id}", "${aws_subnet.VPC_PrivateSubnet-b.id}"],
        security_group_ids: ["${aws_security_group.Guard.id}"],
        private_dns_enabled: true,
        tags: { Name: `shop-${service}` },
      });
    },
  );

  test.each<[string, readonly InterfaceEndpoint[] | undefined, string[]]>([
    ["no list", undefined, ["logs", "rds", "rds-data", "s3", "secretsmanager"]],
    ["all services", INTERFACE_ENDPOINTS, ["logs", "rds", "rds-data", "s3", "secretsmanager"]],
    ["one service", ["secretsmanager"], ["s3", "secretsmanager"]],
    ["an empty list", [], ["s3"]],
  ])("creates S3's endpoint and no others for %s", (_list, services, expected) => {
    const ids = Object.keys(endpointsTemplate(services).ofType("aws_vpc_endpoint"));
    expect(ids.sort()).toEqual(expected.map((service) => `Endpoints_${service}`));
  });
});
