import { readState } from "../../../../tools/shared/aws/state-object";

const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 7,
  lineage: "2d4f7c1e-0000-4000-8000-000000000000",
  outputs: {},
  resources: [
    { mode: "managed", type: "aws_vpc", name: "VPC" },
    { mode: "managed", type: "aws_subnet", name: "a" },
    { mode: "data", type: "aws_caller_identity", name: "me" },
  ],
};
const TEXT = JSON.stringify(STATE);

describe("readState", () => {
  test("reads serial and lineage, and counts managed resources", () => {
    expect(readState(TEXT)).toEqual({ serial: 7, lineage: STATE.lineage, resources: 2 });
  });

  test("a state is whole even after everything was destroyed", () => {
    expect(readState(JSON.stringify({ ...STATE, resources: [] }))).toMatchObject({ resources: 0 });
  });

  test.each([
    ["nothing", "", "is empty"],
    ["white space", " \n", "is empty"],
    ["half of it", TEXT.slice(0, TEXT.length / 2), /^is truncated or overwritten: its \d+ bytes are not valid JSON$/],
    ["all but the last character", TEXT.slice(0, -1), /^is truncated/],
    ["another document", "<Error/>", /^is truncated or overwritten: its 8 bytes/],
    ["null", "null", /not a Terraform state: it lacks version, serial or lineage$/],
    ["JSON of something else", '{"Version":"2012-10-17"}', /^is JSON of 24 bytes, but not a Terraform state: /],
    ["no lineage", JSON.stringify({ ...STATE, lineage: undefined }), /it lacks version, serial or lineage$/],
    ["no resources", JSON.stringify({ ...STATE, resources: undefined }), /it lacks resources$/],
  ])("reports what is wrong with %s", (_, text, why) => {
    expect(readState(text)).toMatch(why);
  });
});
