import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { UserError } from "../../../src/shared/user-error";
import { lookSettings } from "../../shared/aws/client-settings";
import { explain, isNamed, look } from "../../shared/aws/errors";

/**
 * Looks up the ARN of a secret, which ends in random characters: the Data API takes no name.
 *
 * @param env - environment with the caller's AWS settings
 * @throws UserError when there is no such secret, or AWS does not answer
 * @see https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html
 */
export async function secretArn(name: string, region: string, env: NodeJS.ProcessEnv): Promise<string> {
  const client = new SecretsManagerClient(lookSettings(region, env));
  try {
    const describe = client.send(new DescribeSecretCommand({ SecretId: name }));
    const { ARN: arn = "" } = await look("secretsmanager:DescribeSecret", describe);
    return arn;
  } catch (error) {
    if (isNamed(error, "ResourceNotFoundException")) {
      throw new UserError(`There is no secret ${name}. Deploy the environment first (npm run plan, npm run apply).`);
    }
    const { detail, remedy = "" } = explain(error, env);
    throw new UserError(`The secret ${name} was not found: ${detail}\n${remedy}`);
  } finally {
    client.destroy();
  }
}
