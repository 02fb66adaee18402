import { dev } from "../fixtures/environments";
import { otherSecretReaders, secretReaders } from "../../src/config/secret-readers";

const config = {
  ...dev,
  lambdaExecutionRoleArn: "function",
  keyAdminArn: "admin",
  secretReaderArns: ["plan", "deploy"],
};

test("only the function, the key's administrator and the listed principals read", () => {
  expect(secretReaders(config)).toEqual(["function", "admin", "plan", "deploy"]);
});

test("the others are all but the function", () => {
  expect(otherSecretReaders(config)).toEqual(["admin", "plan", "deploy"]);
});
