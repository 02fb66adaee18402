import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hintsFor } from "../../../../tools/shared/terraform/explain-failure";
import { requireSavedState } from "../../../../tools/shared/terraform/unsaved-state";
import { temporaryFolder } from "../../../helpers/temporary-folder";

const ID = "61226465-a78c-7612-b7dc-e9ff5bc1c5d5";

/** Messages as Terraform 1.11.4 and the AWS provider 5.100.0 write them. */
const SAID = {
  lock: `Error acquiring the state lock: Error message: operation error S3: PutObject, https response error StatusCode: 412, RequestID: X, api error PreconditionFailed: At least one of the pre-conditions you specified did not hold
Lock Info:
  ID:        ${ID}
  Path:      aleenascuisine-tfstate-498192039865/aleenascuisine-dev.tfstate
  Operation: OperationTypeApply
  Who:       ann@laptop
  Version:   1.11.4
  Created:   2026-11-22 19:42:26.764257956 +0000 UTC
  Info:      `,
  internal:
    "aws_rds_cluster.Database: waiting for RDS Cluster (aleenascuisine-dev-aurora) create: operation error RDS: DescribeDBClusters, exceeded maximum number of attempts, 25, https response error StatusCode: 500, RequestID: sample, api error InternalError: We encountered an internal error. Please try again.",
  throttled:
    "aws_kms_key.KmsKey: creating KMS Key: operation error KMS: CreateKey, exceeded maximum number of attempts, 25, https response error StatusCode: 429, RequestID: , ThrottlingException: Rate exceeded",
  slow: "aws_s3_bucket_lifecycle_configuration.ImagesBucket_Lifecycle: creating S3 Bucket (aleenascuisine-dev-images) Lifecycle Configuration: While waiting: timeout while waiting for state to become 'true' (timeout: 3m0s)",
  refused: `error loading state: Unable to access object "aleenascuisine-dev.tfstate" in S3 bucket "aleenascuisine-tfstate-498192039865": operation error S3: HeadObject, exceeded maximum number of attempts, 5, https response error StatusCode: 0, RequestID: , HostID: , request send failed, Head "http://127.0.0.1:33763/": dial tcp 127.0.0.1:33763: connect: connection refused`,
};

describe("hintsFor", () => {
  const folder = temporaryFolder("explain-failure");
  const stack = join(folder, "aleenascuisine-dev");
  const dev = { environment: "dev", folder: stack };

  beforeAll(() => {
    mkdirSync(stack);
  });

  test.each([
    [[SAID.internal], ["AWS failed, or received too many requests. "]],
    [[SAID.throttled], ["AWS failed, or received too many requests. "]],
    [[SAID.slow], ["AWS took longer than the provider waits. "]],
    [[SAID.refused], ["AWS could not be reached. "]],
    [
      [SAID.internal, SAID.refused],
      ["AWS failed, or received too many requests. ", "AWS could not be reached. "],
    ],
  ])("if AWS does not answer: what happened, and what to run next", (said, beginnings) => {
    const hints = hintsFor(said, dev);
    expect(hints).toEqual(beginnings.map((beginning) => expect.stringContaining(beginning) as string));
    hints.forEach((hint) => {
      expect(hint).toContain("continue with npm run plan -- dev");
    });
  });

  test("for a lock: who holds it, since when, and how it is released; not that AWS failed", () => {
    expect(hintsFor([SAID.lock], dev)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^ann@laptop holds the lock since 2026-11-22 19:42:26\\.764257956 \\+0000 UTC \\(apply\\)\\. .*: terraform -chdir=${stack} force-unlock ${ID}$`,
        ),
      ),
    ]);
  });

  test("for the foundation: run the bootstrap again", () => {
    expect(
      hintsFor([SAID.internal], { environment: "foundation", folder: join(folder, "aleenascuisine-foundation") })[0],
    ).toContain("continue with npm run bootstrap");
  });

  test("none for an unknown error", () => {
    expect(hintsFor(["Error: Unsupported argument"], dev)).toEqual([]);
  });

  test("for a state that could not be saved: only that, because that comes first", () => {
    expect(() => {
      requireSavedState(stack);
    }).not.toThrow();
    writeFileSync(join(stack, "errored.tfstate"), "{}");
    const hints = hintsFor([SAID.refused, SAID.lock], dev);
    expect(hints).toEqual([
      expect.stringMatching(
        new RegExp(`errored\\.tfstate and nowhere else\\.[^]+ state push errored\\.tfstate [^]+ force-unlock ID, `),
      ),
    ]);
    expect(() => {
      requireSavedState(stack);
    }).toThrow(/errored\.tfstate and nowhere else\.[^]+ force-unlock ID, [^]+Nothing was changed\.$/);
  });
});
