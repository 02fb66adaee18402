import { dev } from "../fixtures/environments";
import { otherSecretReaders, secretReaders } from "../../src/config/secret-readers";

const config = {
  ...dev,
  lambdaExecutionRoleArn: "function",
  keyAdminArn: "admin",
  secretReaderArns: ["plan", "deploy"],
};

test("the function, the key's administrator and the listed principals read, and nobody else", () => {
  expect(secretReaders(config)).toEqual(["function", "admin", "plan", "deploy"]);
});

test("the others are those beside the function", () => {
  expect(otherSecretReaders(config)).toEqual(["admin", "plan", "deploy"]);
});
