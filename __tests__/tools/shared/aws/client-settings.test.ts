import { ANSWER_VARIABLE, lookSettings } from "../../../../tools/shared/aws/client-settings";

test.each<[string, NodeJS.ProcessEnv, number]>([
  ["8 seconds", {}, 8_000],
  ["as long as the variable says", { [ANSWER_VARIABLE]: "90" }, 90_000],
  ["8 seconds where the variable is not a number", { [ANSWER_VARIABLE]: "long" }, 8_000],
  ["8 seconds where the variable is 0, which the SDK takes for no limit", { [ANSWER_VARIABLE]: "0" }, 8_000],
])("a look waits %s for an answer", (_, env, milliseconds) => {
  expect(lookSettings("ap-south-1", env).requestHandler).toMatchObject({
    requestTimeout: milliseconds,
    connectionTimeout: milliseconds / 2,
  });
});
