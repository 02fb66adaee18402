import { SecurityGroup } from "../../../src/constructs/network/security-group";
import { constructTemplate } from "../../helpers/template";

describe("SecurityGroup", () => {
  test("is described by its name when it has no description, which AWS requires", () => {
    const plain = constructTemplate((scope) => {
      new SecurityGroup(scope, "Plain", { vpcId: "vpc-1", name: "plain" });
    });
    expect(plain.at("aws_security_group.Plain")).toMatchObject({ name: "plain", description: "plain" });
  });

  const template = constructTemplate((scope) => {
    const client = new SecurityGroup(scope, "Client", { vpcId: "vpc-1", name: "client", description: "Clients" });
    const server = new SecurityGroup(scope, "Server", { vpcId: "vpc-1", name: "server", description: "Servers" });
    client.allowTo(server, 5432, "queries");
    client.allowToAnywhere(443, "the world");
  });

  test("has no inline rules, so that Terraform removes AWS's allow-all egress and nothing else", () => {
    expect(template.at("aws_security_group.Server")).toEqual({
      vpc_id: "vpc-1",
      name: "server",
      description: "Servers",
      tags: { Name: "server" },
      timeouts: { delete: "60m" },
    });
  });

  test("allows a port to another group at both ends", () => {
    expect(template.at("aws_vpc_security_group_egress_rule.Client_ToServer-5432")).toEqual({
      security_group_id: "${aws_security_group.Client.id}",
      referenced_security_group_id: "${aws_security_group.Server.id}",
      ip_protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
      description: "queries",
    });
    expect(template.at("aws_vpc_security_group_ingress_rule.Server_FromClient-5432")).toEqual({
      security_group_id: "${aws_security_group.Server.id}",
      referenced_security_group_id: "${aws_security_group.Client.id}",
      ip_protocol: "tcp",
      from_port: 5432,
      to_port: 5432,
      description: "queries",
    });
  });

  test("allows a port to every address for egress alone", () => {
    expect(template.at("aws_vpc_security_group_egress_rule.Client_ToAnywhere-443")).toMatchObject({
      cidr_ipv4: "0.0.0.0/0",
      from_port: 443,
      to_port: 443,
    });
    expect(template.inventory).toEqual({
      aws_security_group: 2,
      aws_vpc_security_group_egress_rule: 2,
      aws_vpc_security_group_ingress_rule: 1,
    });
  });
});
