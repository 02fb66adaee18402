/** Settings that every AWS client of the tools gets. */
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
 * Settings of an AWS client. Where the environment has no endpoint, the SDK finds endpoint and credentials by itself;
 * where it has one, as a rehearsal's does, both come from the environment.
 *
 * @param region - region of the service
 * @param env - environment that Terraform gets too, so that both talk to the same AWS
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

/** One lost packet is tolerated; a network that is down is reported soon. */
const ATTEMPTS = 2;

/** Settings of a client that only looks: {@link ClientSettings}, and how long it waits. */
export interface LookSettings extends ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/**
 * Settings of an AWS client that a person waits for. By default the SDK's clients wait without end.
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
