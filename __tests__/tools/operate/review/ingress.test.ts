import { newlyOpened } from "../../../../tools/operate/review/ingress";
import type { Json } from "../../../../tools/shared/json";

const RULE = "aws_vpc_security_group_ingress_rule";
const tcp = (from: number, to: number, cidr: string): Json => ({
  ip_protocol: "tcp",
  from_port: from,
  to_port: to,
  cidr_ipv4: cidr,
});
const inline = (...cidrs: string[]): Json => ({ protocol: "tcp", from_port: 22, to_port: 22, cidr_blocks: cidrs });

describe("opens", () => {
  test.each<[string, string, Json, Json, string[]]>([
    ["a new rule", RULE, null, tcp(443, 443, "0.0.0.0/0"), ["0.0.0.0/0 (tcp 443)"]],
    [
      "a rule that was narrower",
      RULE,
      tcp(443, 443, "10.0.0.0/16"),
      tcp(443, 443, "0.0.0.0/0"),
      ["0.0.0.0/0 (tcp 443)"],
    ],
    ["a rule from another group before", RULE, { ip_protocol: "tcp" }, tcp(1, 9, "0.0.0.0/0"), ["0.0.0.0/0 (tcp 1-9)"]],
    ["half of the world", RULE, null, tcp(443, 443, "128.0.0.0/1"), ["128.0.0.0/1 (tcp 443)"]],
    ["IPv6", RULE, null, { ip_protocol: "-1", cidr_ipv6: "::/0" }, ["::/0 (every port)"]],
    ["more ports", RULE, tcp(443, 443, "0.0.0.0/0"), tcp(0, 65535, "0.0.0.0/0"), ["0.0.0.0/0 (tcp 0-65535)"]],
    [
      "another protocol",
      RULE,
      tcp(53, 53, "0.0.0.0/0"),
      { ...(tcp(53, 53, "0.0.0.0/0") as object), ip_protocol: "udp" },
      ["0.0.0.0/0 (udp 53)"],
    ],
    [
      "a rule of the older kind",
      "aws_security_group_rule",
      null,
      { ...(inline("0.0.0.0/0") as object), type: "ingress" },
      ["0.0.0.0/0 (tcp 22)"],
    ],
    [
      "a rule inside a group",
      "aws_security_group",
      { ingress: [inline("10.0.0.0/8")] },
      { ingress: [inline("10.0.0.0/8"), inline("10.0.0.0/8", "0.0.0.0/0")] },
      ["0.0.0.0/0 (tcp 22)"],
    ],
    [
      "the default group",
      "aws_default_security_group",
      { ingress: [] },
      { ingress: [inline("0.0.0.0/0")] },
      ["0.0.0.0/0 (tcp 22)"],
    ],
    [
      "a function",
      "aws_lambda_permission",
      { principal: "apigateway.amazonaws.com" },
      { principal: "*" },
      ["principal *"],
    ],
    ["a function's URL", "aws_lambda_function_url", null, { authorization_type: "NONE" }, ["authorization_type NONE"]],
  ])("%s", (_, type, before, after, expected) => {
    expect(newlyOpened(type, before, after)).toEqual(expected);
  });
});

describe("opens nothing", () => {
  test.each<[string, string, Json, Json]>([
    ["to a network of its own", RULE, null, tcp(443, 443, "10.0.0.0/8")],
    ["to one address", RULE, null, tcp(443, 443, "198.51.100.7/32")],
    ["to another group", RULE, null, { ip_protocol: "tcp", referenced_security_group_id: "sg-1" }],
    ["that was not open", RULE, tcp(443, 443, "0.0.0.0/0"), tcp(443, 443, "0.0.0.0/0")],
    ["if it has fewer ports", RULE, tcp(0, 65535, "0.0.0.0/0"), tcp(443, 443, "0.0.0.0/0")],
    ["if every port was open", RULE, { ip_protocol: "-1", cidr_ipv4: "0.0.0.0/0" }, tcp(443, 443, "0.0.0.0/0")],
    ["by closing", RULE, tcp(443, 443, "0.0.0.0/0"), null],
    ["by a rule that lets out", "aws_security_group_rule", null, { type: "egress", cidr_blocks: ["0.0.0.0/0"] }],
    ["by a resource that lets out", "aws_vpc_security_group_egress_rule", null, tcp(443, 443, "0.0.0.0/0")],
    ["with a range that is not known yet", RULE, null, { ip_protocol: "tcp", cidr_ipv4: null }],
    ["with what is no range", RULE, null, tcp(443, 443, "everywhere")],
    ["to a service", "aws_lambda_permission", null, { principal: "apigateway.amazonaws.com" }],
    ["to signed requests", "aws_lambda_function_url", null, { authorization_type: "AWS_IAM" }],
  ])("%s", (_, type, before, after) => {
    expect(newlyOpened(type, before, after)).toEqual([]);
  });
});
