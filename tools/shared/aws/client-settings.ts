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

/** Milliseconds that a look waits for a connection. */
const CONNECTION_TIMEOUT_MS = 4_000;

/** Milliseconds that a look waits for an answer. */
const ANSWER_TIMEOUT_MS = 8_000;

/** A lost packet is forgiven; a network that is not there is told soon. */
const ATTEMPTS = 2;

/** What AWS clients are made with that only look: {@link ClientSettings}, and how long they wait. */
export interface LookSettings extends ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/**
 * Settings of an AWS client that a person waits for: by themselves the SDK's clients wait without end.
 *
 * @param region - region of the service
 * @param env - as in {@link clientSettings}
 */
export function lookSettings(region: string, env: NodeJS.ProcessEnv): LookSettings {
  return {
    ...clientSettings(region, env),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}
