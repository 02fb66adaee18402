import { CopyObjectCommand, DeleteObjectCommand, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import { parseArgs } from "node:util";
import { clientSettings } from "../../tools/shared/aws/client-settings";

/** Options of the commands below, as the AWS CLI spells them. */
interface Options {
  readonly bucket?: string;
  readonly "copy-source"?: string;
  readonly delimiter?: string;
  readonly key?: string;
  readonly prefix?: string;
  readonly "version-id"?: string;
}

/**
 * Stands in for the AWS CLI where a documented command is run as it is written: `aws s3api COMMAND --OPTION
 * VALUE ...`. Knows the commands that the documentation has, and fails on everything else.
 *
 * @see https://docs.aws.amazon.com/cli/latest/reference/s3api/
 */
async function run([service = "", command = "", ...args]: string[]): Promise<unknown> {
  const names = ["bucket", "copy-source", "delimiter", "key", "prefix", "version-id"] as const;
  const { values } = parseArgs({
    args,
    options: Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
  });
  const {
    bucket: Bucket,
    "copy-source": CopySource,
    delimiter,
    key: Key,
    prefix,
    "version-id": id,
  } = values as Options;
  const s3 = new S3Client(clientSettings(process.env.AWS_REGION ?? "", process.env));
  switch (`${service} ${command}`) {
    case "s3api list-object-versions":
      return s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: prefix, Delimiter: delimiter }));
    case "s3api delete-object":
      return s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: id }));
    case "s3api copy-object":
      return s3.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
    default:
      throw new Error(`aws ${service} ${command} is not among the documented commands`);
  }
}

run(process.argv.slice(2)).then(
  (answer) => {
    console.log(JSON.stringify(answer, undefined, 4));
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 254;
  },
);
