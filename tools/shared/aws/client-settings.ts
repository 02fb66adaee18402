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

/** Seconds to wait for an answer, unless {@link ANSWER_VARIABLE} is set. */
const ANSWER_SECONDS = 8;

/** Environment variable for slow lines: seconds to wait for an answer; half of it for a connection. */
export const ANSWER_VARIABLE = "PHASE_A_ANSWER_SECONDS";

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
  const seconds = Number(env[ANSWER_VARIABLE]);
  const requestTimeout = (seconds > 0 ? seconds : ANSWER_SECONDS) * 1000;
  return {
    ...clientSettings(region, env),
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: requestTimeout / 2,
      requestTimeout,
      throwOnRequestTimeout: true,
    },
  };
}
