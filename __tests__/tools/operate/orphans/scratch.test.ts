import type { ProgressEvent } from "../../../../tools/shared/terraform/terraform";
import { existence } from "../../../../tools/operate/orphans/scratch";

/** Terraform 1.11's event for an import whose object it read; if it found none, there is no id. */
function refreshed(addr: string, id_value?: string): ProgressEvent[] {
  return [
    { type: "refresh_start", hook: { resource: { addr }, id_value: "asked-for" } },
    { type: "refresh_complete", hook: { resource: { addr }, id_value } },
  ];
}

function error(summary: string, more: { address?: string; detail?: string } = {}): ProgressEvent {
  return { type: "diagnostic", diagnostic: { severity: "error", summary, ...more } };
}

const NOT_THERE = (address: string): ProgressEvent =>
  error("Cannot import non-existent remote object", {
    detail: `While attempting to import an existing object to "${address}", the provider detected that no object exists`,
  });

describe("a plan of imports says", () => {
  test.each<[string, ProgressEvent[], unknown]>([
    ["that an object exists", refreshed("aws_vpc.a", "vpc-1"), "exists"],
    ["that it does not", [...refreshed("aws_vpc.a"), NOT_THERE("aws_vpc.a")], "missing"],
    [
      "that it does not, where the provider looks itself",
      [...refreshed("aws_vpc.b", "b"), error("couldn't find resource")],
      "missing",
    ],
    [
      "that it does not, where the provider says it in its own words",
      [
        ...refreshed("aws_vpc.b", "b"),
        error("No association found between route table ID rtb-1 and target ID subnet-1"),
      ],
      "missing",
    ],
    [
      "that it exists, whatever Terraform thinks of the configuration that it generated",
      [...refreshed("aws_vpc.a", "vpc-1"), error("Missing required argument", { address: "aws_vpc.a" })],
      "exists",
    ],
    [
      "that AWS did not let it see",
      [
        ...refreshed("aws_vpc.b", "b"),
        error("reading VPC: AccessDenied", { address: "aws_vpc.a", detail: "not authorized" }),
      ],
      { error: "reading VPC: AccessDenied: not authorized" },
    ],
    [
      "that it is unknown, where an error has no address",
      [...refreshed("aws_vpc.b", "b"), NOT_THERE("aws_vpc.c"), error("request failed")],
      { error: "request failed" },
    ],
  ])("%s", (_, events, expected) => {
    expect(existence(["aws_vpc.a"], events)).toEqual([expected]);
  });

  test("nothing if it failed before it read anything: its errors are thrown", () => {
    expect(() =>
      existence(["aws_vpc.a"], [error("Invalid provider configuration", { detail: "no credentials" })]),
    ).toThrow("terraform plan failed:\n  Invalid provider configuration: no credentials");
  });

  test("one answer per object, in the given order", () => {
    const events = [...refreshed("aws_vpc.c", "c"), ...refreshed("aws_vpc.a", "a"), NOT_THERE("aws_vpc.b")];
    expect(existence(["aws_vpc.a", "aws_vpc.b", "aws_vpc.c"], events)).toEqual(["exists", "missing", "exists"]);
  });
});
