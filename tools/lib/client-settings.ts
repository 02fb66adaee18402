/** What AWS clients of the tools are made with. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/**
 * Settings of an AWS client: the process's own, unless the environment names an endpoint, as the
 * rehearsal's does.
 *
 * @param region - region of the service
 * @param env - environment that Terraform is given too, so that both talk to the same AWS
 */
export function clientSettings(region: string, env: NodeJS.ProcessEnv): ClientSettings {
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (endpoint === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    return { region };
  }
  return { region, endpoint, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}
