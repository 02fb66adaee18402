import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Invocation } from "../helpers/lambda-host";

/** A request, as a caller sends it to the API. */
export interface ApiRequest {
  /** @default "POST" where there is a body, otherwise "GET" */
  readonly method?: string;
  readonly path: string;
  /** @default - those that every caller sends */
  readonly headers?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly body?: string | Buffer;
  /** True hands the body over in base64, as API Gateway does where the stage has binary media types. @default false */
  readonly inBase64?: boolean;
}

/** What the caller gets. */
export interface ApiAnswer {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON that was read, or undefined for an empty body. */
  readonly body: unknown;
}

/** Headers that each request arrives with; what is private in them must stay so. */
const CALLER_HEADERS = {
  Accept: "application/json",
  Authorization: "Bearer private-token",
  Cookie: "session=private-session",
  Host: "abcde12345.execute-api.ap-south-1.amazonaws.com",
  "User-Agent": "private-agent",
  "X-Forwarded-For": "192.0.2.1, 198.51.100.1",
  "X-Forwarded-Port": "443",
  "X-Forwarded-Proto": "https",
};

/**
 * The event that API Gateway hands a function for a request, payload format 1.0.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-example-event
 */
export function proxyEvent(
  { body, method = body === undefined ? "GET" : "POST", path, headers = {}, inBase64 = false }: ApiRequest,
  requestId: string,
): APIGatewayProxyEvent {
  const all = { ...CALLER_HEADERS, ...headers };
  const requestContext = {
    accountId: "498192039865",
    apiId: "abcde12345",
    authorizer: null,
    domainName: CALLER_HEADERS.Host,
    domainPrefix: "abcde12345",
    extendedRequestId: "JJbxmGDHBcwEqxg=",
    httpMethod: method,
    identity: { sourceIp: "192.0.2.1", userAgent: "private-agent" },
    path: `/dev${path}`,
    protocol: "HTTP/1.1",
    requestId,
    requestTime: "02/Nov/2025:09:00:00 +0000",
    requestTimeEpoch: 1_762_074_000_000,
    resourceId: "resource",
    resourcePath: "/{proxy+}",
    stage: "dev",
  };
  return {
    resource: "/{proxy+}",
    path,
    httpMethod: method,
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    queryStringParameters: { token: "private-query" },
    multiValueQueryStringParameters: { token: ["private-query"] },
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: requestContext as unknown as APIGatewayProxyEvent["requestContext"],
    body: body === undefined ? null : Buffer.from(body).toString(inBase64 ? "base64" : "utf8"),
    isBase64Encoded: inBase64,
  };
}

/**
 * What API Gateway makes of a function's answer.
 *
 * @throws Error where the function failed, which is a 502 of API Gateway's own
 */
export function apiAnswer({ failed, payload }: Invocation): ApiAnswer {
  if (failed !== undefined) {
    throw new Error(`The function failed: ${payload}`);
  }
  const {
    statusCode,
    headers = {},
    multiValueHeaders = {},
    body,
    isBase64Encoded = false,
  } = JSON.parse(payload) as APIGatewayProxyResult;
  const all = [...Object.entries(headers), ...Object.entries(multiValueHeaders)];
  const text = Buffer.from(body, isBase64Encoded ? "base64" : "utf8").toString();
  return {
    status: statusCode,
    headers: Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}
