import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { ACCOUNT } from "../fixtures/environments";
import type { Invocation } from "./lambda-host";

/** A stand-in for AWS: Lambda, STS with the account's id, and the ARNs of secrets. */
export interface AwsEndpoint {
  /** Variables that point AWS's clients to it. */
  readonly env: () => Readonly<Record<string, string>>;
  /** Functions by ARN and qualifier, `arn:…:function:NAME:ALIAS`. */
  readonly functions: Map<string, (event: unknown) => Promise<Invocation>>;
  /** Where calls of other services go: a URL by the first part of their path, such as `/Execute`. */
  readonly others: Map<string, string>;
}

/**
 * Starts an endpoint that speaks `Invoke` as Lambda does, before the tests of a suite.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function awsEndpoint(): AwsEndpoint {
  const functions: AwsEndpoint["functions"] = new Map();
  const others: AwsEndpoint["others"] = new Map();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      if (body.includes("Action=GetCallerIdentity")) {
        response.writeHead(200, { "Content-Type": "text/xml" }).end(identity());
        return;
      }
      if (request.headers["x-amz-target"] === "secretsmanager.DescribeSecret") {
        const { SecretId: name } = JSON.parse(body) as { SecretId: string };
        const arn = `arn:aws:secretsmanager:${ACCOUNT.region}:${ACCOUNT.id}:secret:${name}-AbCdEf`;
        response.writeHead(200, { "Content-Type": "application/x-amz-json-1.1" }).end(JSON.stringify({ ARN: arn }));
        return;
      }
      const url = new URL(request.url ?? "", "http://localhost");
      const other = others.get(url.pathname);
      if (other !== undefined) {
        const onward = forward(new URL(url.pathname, other), { method: request.method, headers: request.headers });
        onward.on("response", (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        });
        onward.end(body);
        return;
      }
      const [, name = ""] = /^\/2015-03-31\/functions\/(.+)\/invocations$/.exec(decodeURIComponent(url.pathname)) ?? [];
      const arn = `${name}:${url.searchParams.get("Qualifier") ?? ""}`;
      const invoke = functions.get(arn);
      if (invoke === undefined) {
        response.writeHead(404, {
          "x-amzn-errortype": "ResourceNotFoundException",
          "Content-Type": "application/json",
        });
        response.end(JSON.stringify({ Type: "User", Message: `Function not found: ${arn}` }));
        return;
      }
      void invoke(JSON.parse(body)).then(({ failed, payload }) => {
        response.writeHead(200, {
          "Content-Type": "application/json",
          "X-Amz-Executed-Version": "1",
          ...(failed !== undefined && { "X-Amz-Function-Error": failed }),
        });
        response.end(payload);
      });
    });
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    functions,
    others,
    env: () => ({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
      AWS_ACCESS_KEY_ID: "sample-access-key",
      AWS_SECRET_ACCESS_KEY: "sample-secret-key",
    }),
  };
}

function identity(): string {
  const { id } = ACCOUNT;
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
    <Arn>arn:aws:iam::${id}:user/operator</Arn><UserId>AIDASAMPLE</UserId><Account>${id}</Account>
  </GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
}
