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
 * Settings of an AWS client. Without an endpoint in the environment, the SDK finds endpoint and credentials by itself;
 * with one, as in a rehearsal, both come from the environment.
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

/** Milliseconds to wait for a connection. */
const CONNECTION_TIMEOUT_MS = 4_000;

/** Milliseconds to wait for an answer. */
const ANSWER_TIMEOUT_MS = 8_000;

/** Enough for one lost packet, and few enough to report soon that the network is down. */
const ATTEMPTS = 2;

/** {@link ClientSettings} for requests that only read, with short time-outs. */
export interface LookSettings extends ClientSettings {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: boolean;
  };
}

/**
 * Settings of an AWS client that a person waits for. By default, the SDK's clients wait forever.
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
