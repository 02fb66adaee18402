import { answerOf } from "../../../src/functions/app/error-answer";
import { log } from "../../../src/shared/log";
import { EVENTS, LEVELS } from "../../../src/shared/log-words";
import { Problem } from "../../../src/functions/app/problem";
import { problems } from "../../../src/functions/app/problems";
import { UserError } from "../../../src/shared/user-error";
import { ACCOUNT } from "../../fixtures/environments";
import { LogGroup } from "../../../src/constructs/observability/log-group";
import { LogMetrics } from "../../../src/constructs/observability/log-metrics";
import type { Metric } from "../../../src/constructs/observability/metric";
import { keyIn } from "../../helpers/key";
import { constructTemplate } from "../../helpers/template";

/**
 * Whether CloudWatch counts a line: it contains any of the pattern's terms, letter for letter.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 * @throws Error when the pattern is more than `?"term"` after `?"term"`, which is all that is read here
 */
function matches(pattern: string, line: string): boolean {
  if (!/^\?"[^"\\]+"( \?"[^"\\]+")*$/.test(pattern)) {
    throw new Error(`${pattern} is not a list of ?"term"`);
  }
  return [...pattern.matchAll(/\?"([^"]+)"/g)].some(([, term = ""]) => line.includes(term));
}

/** What some code of the app writes to standard output. */
function written(write: () => unknown): string {
  const output = jest.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    write();
    return output.mock.calls.map(([text]) => text).join("");
  } finally {
    output.mockRestore();
  }
}

describe("LogMetrics", () => {
  const metrics: Metric[] = [];
  const template = constructTemplate((scope) => {
    const key = keyIn(scope);
    const logGroup = new LogGroup(scope, "Log", { name: "/aws/lambda/app", account: ACCOUNT, key });
    const logMetrics = new LogMetrics(scope, "Metrics", { logGroup, namespace: "shop" });
    metrics.push(logMetrics.metric("ErrorLines"), logMetrics.metric("SecretsManagerFailures"));
  });

  /** Names of the metrics that count a line. */
  const counting = (line: string): string[] =>
    Object.values(template.ofType("aws_cloudwatch_log_metric_filter"))
      .filter(({ pattern }) => matches(pattern as string, line))
      .map(({ name }) => name as string);

  test("has one filter each for errors, warnings and denied secrets", () => {
    expect(template.addresses).toEqual([
      "aws_cloudwatch_log_group.Log",
      "aws_cloudwatch_log_metric_filter.Metrics_ErrorLines",
      "aws_cloudwatch_log_metric_filter.Metrics_SecretsManagerFailures",
      "aws_cloudwatch_log_metric_filter.Metrics_WarningLines",
      "aws_kms_alias.Key_Alias",
      "aws_kms_key.Key",
    ]);
  });

  test.each(["ErrorLines", "WarningLines", "SecretsManagerFailures"])(
    "counts a line of the function's log as one, and no line as 0, in %s",
    (name) => {
      expect(template.at(`aws_cloudwatch_log_metric_filter.Metrics_${name}`)).toEqual({
        name,
        log_group_name: "${aws_cloudwatch_log_group.Log.name}",
        pattern: expect.any(String) as string,
        metric_transformation: { name, namespace: "shop", value: "1", default_value: "0" },
      });
    },
  );

  test("is read by the name and namespace that the filters write", () => {
    const [errors, failures] = metrics;
    expect(errors).toEqual({ namespace: "shop", name: "ErrorLines", dimensions: {}, statistic: "Sum" });
    expect(failures).toEqual({ namespace: "shop", name: "SecretsManagerFailures", dimensions: {}, statistic: "Sum" });
  });

  test.each<[string, string, string[]]>([
    [
      "the app's error",
      written(() => {
        log(LEVELS.error, "payment failed", { requestId: "r-1" });
      }),
      ["ErrorLines"],
    ],
    [
      "the app's warning",
      written(() => {
        log(LEVELS.warning, "stock is low", { cake: "opera" });
      }),
      ["WarningLines"],
    ],
    [
      "the app's word for an unread secret",
      written(() => {
        log(LEVELS.error, EVENTS.secretReadFailed, { secret: "db" });
      }),
      ["ErrorLines", "SecretsManagerFailures"],
    ],
    [
      "the app's answer where a secret cannot be read",
      written(() => {
        answerOf(new UserError(`${EVENTS.secretReadFailed}: arn cannot be read`), "r-1");
      }),
      ["ErrorLines", "SecretsManagerFailures"],
    ],
    [
      "the app's answer to an unexpected error",
      written(() => {
        answerOf(new TypeError("x is undefined"), "r-1");
      }),
      ["ErrorLines"],
    ],
    [
      "the app's answer to a transient error",
      written(() => {
        answerOf(problems.databaseWaking(), "r-1");
      }),
      ["WarningLines"],
    ],
    ["Python's error", "[ERROR]\t2025-11-02T08:00:00.000Z\t8f1c2e\tKeyError: 'cake'", ["ErrorLines"]],
    ["Python's warning", "[WARNING]\t2025-11-02T08:00:00.000Z\t8f1c2e\tslow query", ["WarningLines"]],
    [
      "Node's unhandled error",
      '2025-11-02T08:00:00.000Z\t8f1c2e\tERROR\tInvoke Error \t{"errorType":"Error"}',
      ["ErrorLines"],
    ],
    [
      "a denied read, as AWS says it",
      "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: secretsmanager:GetSecretValue on resource: z",
      ["SecretsManagerFailures"],
    ],
    [
      "a denied read, as Python logs it",
      "[ERROR]\t2025-11-02T08:00:00.000Z\t8f1c2e\tbotocore.exceptions.ClientError: An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: secretsmanager:GetSecretValue on resource: z because no identity-based policy allows the secretsmanager:GetSecretValue action",
      ["ErrorLines", "SecretsManagerFailures"],
    ],
    [
      "a denied decryption by the key",
      "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: kms:Decrypt on resource: z",
      ["SecretsManagerFailures"],
    ],
    [
      "a denied decryption behind Secrets Manager",
      "AccessDeniedException: Access to KMS is not allowed",
      ["SecretsManagerFailures"],
    ],
    [
      "a key that cannot decrypt",
      "DecryptionFailure: Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
      ["SecretsManagerFailures"],
    ],
  ])("counts %s", (_title, line, expected) => {
    expect(counting(line)).toEqual(expected);
  });

  test.each([
    [
      "the app's answer to a request that is wrong",
      written(() => {
        answerOf(new Problem(404, "Not Found", "There is no such order."), "r-1");
        log(LEVELS.info, "request", { requestId: "r-1", method: "POST", status: 404 });
      }),
    ],
    [
      "the app's information",
      written(() => {
        log(LEVELS.info, "secret read", { secret: "db" });
      }),
    ],
    ["Python's information", "[INFO]\t2025-11-02T08:00:00.000Z\t8f1c2e\torder 7 is paid"],
    ["Lambda's start", "START RequestId: 8f1c2e Version: 7"],
    ["Lambda's report", "REPORT RequestId: 8f1c2e\tDuration: 3.07 ms\tBilled Duration: 4 ms\tMemory Size: 512 MB"],
    ["a denied call of another service", "User: x is not authorized to perform: s3:GetObject on resource: z"],
    ["a lower-case word", '{"level":"INFO","message":"no error, no warning"}'],
  ])("does not count %s", (_title, line) => {
    expect(line).not.toBe("");
    expect(counting(line)).toEqual([]);
  });
});
