/** Seconds that creating, changing or deleting a resource of a slow type usually takes: from, to. */
type Usual = readonly [from: number, to: number];

/**
 * Types that are slow in AWS; others take seconds. The figures are orders of magnitude, for a person who wonders whether
 * to wait. If AWS gives a figure, the row has its page.
 */
const USUAL_DURATIONS: Readonly<Record<string, Usual>> = {
  aws_cloudfront_distribution: [180, 900],
  // The provider waits until it reads the same lifecycle several times in a row.
  aws_s3_bucket_lifecycle_configuration: [30, 90],
  aws_rds_cluster: [60, 180],
  aws_rds_cluster_instance: [300, 900],
  aws_nat_gateway: [60, 180],
  aws_vpc_endpoint: [60, 180],
  // The first function in a subnet creates the network interface. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
  aws_lambda_function: [20, 180],
  // Deletion waits for the function's network interfaces. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
  aws_security_group: [5, 2700],
  aws_subnet: [5, 2700],
  aws_internet_gateway: [5, 60],
  aws_secretsmanager_secret_policy: [2, 30],
};

/**
 * How long a resource usually takes, in words such as `usually 5 to 15 min`.
 *
 * @param address - such as `aws_rds_cluster.Database`
 * @returns undefined for types that take seconds
 */
export function usualDuration(address: string): string | undefined {
  const usual = USUAL_DURATIONS[address.split(".")[0] ?? ""];
  if (!usual) {
    return undefined;
  }
  const [from, to] = usual;
  return to < 120
    ? `usually up to ${String(to)} s`
    : `usually ${String(Math.ceil(from / 60))} to ${String(Math.ceil(to / 60))} min`;
}
