import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A stand-in for Secrets Manager: values by ARN. A missing one is denied, as AWS denies callers without permission. */
export interface SecretsEndpoint {
  /** Variables that point AWS's clients to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Value of each secret, by its ARN. */
  readonly values: Map<string, string>;
  /** How often a value was read. */
  readonly reads: () => number;
  /** What it answers instead, from now on. @default - values */
  fail(refusal?: Refusal): void;
}

/** An error of Secrets Manager. */
export interface Refusal {
  readonly status: number;
  /** Such as `InternalServiceError`. */
  readonly type: string;
}

/**
 * Starts an endpoint that speaks `GetSecretValue` as Secrets Manager does, before the tests of a suite.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function secretsEndpoint(): SecretsEndpoint {
  const values = new Map<string, string>();
  const env: Record<string, string> = {
    AWS_ACCESS_KEY_ID: "sample-access-key",
    AWS_SECRET_ACCESS_KEY: "sample-secret-key",
  };
  const state: { reads: number; refusal?: Refusal | undefined } = { reads: 0 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { SecretId: arn = "" } = JSON.parse(Buffer.concat(chunks).toString()) as { SecretId?: string };
      const value = values.get(arn);
      const known = request.headers["x-amz-target"] === "secretsmanager.GetSecretValue" && value !== undefined;
      state.reads += 1;
      if (state.refusal) {
        const { status, type: __type } = state.refusal;
        response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" });
        response.end(JSON.stringify({ __type, Message: "Not now" }));
        return;
      }
      response.writeHead(known ? 200 : 400, { "Content-Type": "application/x-amz-json-1.1" });
      response.end(
        JSON.stringify(
          known
            ? { ARN: arn, SecretString: value }
            : {
                __type: "AccessDeniedException",
                Message: `User: arn:aws:sts::498192039865:assumed-role/Executioner/x is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn}`,
              },
        ),
      );
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    ...{ env, values },
    reads: () => state.reads,
    fail: (refusal) => {
      state.refusal = refusal;
    },
  };
}
