import { execFileSync } from "node:child_process";
import { importCommand, quoted } from "../../../../tools/operate/orphans/shell";

test.each([
  "aws_subnet.VPC_PublicSubnet-a",
  "arn:aws:sns:ap-south-1:498192039865:topic",
  "a/b_c|d",
  "it's",
  "$HOME *",
  "",
])("a shell reads %j as one word, unchanged", (word) => {
  expect(execFileSync("sh", ["-c", `printf '[%s]' ${quoted(word)}`], { encoding: "utf8" })).toBe(`[${word}]`);
});

test("leaves plain words without quotes", () => {
  expect(importCommand("cdktf.out/stacks/aleenascuisine-dev", "aws_s3_bucket.ImagesBucket", "a-bucket")).toBe(
    "terraform -chdir=cdktf.out/stacks/aleenascuisine-dev import aws_s3_bucket.ImagesBucket a-bucket",
  );
});

test("quotes what a shell would read", () => {
  expect(importCommand("my folder", 'aws_subnet.All["a"]', "api/dev/*/*")).toBe(
    `terraform '-chdir=my folder' import 'aws_subnet.All["a"]' 'api/dev/*/*'`,
  );
});
