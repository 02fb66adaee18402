/** Areas of the system, in the order of `src/constructs`, with the prefixes of their resource types. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  network: [
    "aws_vpc",
    "aws_subnet",
    "aws_route",
    "aws_eip",
    "aws_nat_gateway",
    "aws_internet_gateway",
    "aws_security_group",
    "aws_default_security_group",
  ],
  security: ["aws_kms_", "aws_secretsmanager_", "aws_iam_"],
  data: ["aws_rds_", "aws_db_"],
  storage: ["aws_s3_", "aws_cloudfront_"],
  compute: ["aws_lambda_"],
  api: ["aws_api_gateway_"],
  observability: ["aws_cloudwatch_", "aws_sns_"],
  cost: ["aws_budgets_"],
};

/** Area of every other type. */
export const OTHER_AREA = "other";

/** Names of all areas, in the order in which a review shows them. */
export const AREA_NAMES: readonly string[] = [...Object.keys(AREAS), OTHER_AREA];

/** The area of the system that a resource type belongs to. */
export function areaOf(type: string): string {
  const found = Object.entries(AREAS).find(([, prefixes]) => prefixes.some((prefix) => type.startsWith(prefix)));
  return found?.[0] ?? OTHER_AREA;
}
