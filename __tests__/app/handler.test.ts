import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { DENIED_SECRET_MESSAGES, EVENTS, LEVELS } from "../../src/app/log-words";
import { ALLOWED_ORIGIN_VARIABLE } from "../../src/app/environment-variables";
import { handler } from "../../src/app/handler";

/** A request as API Gateway hands it over, with something private wherever a caller can put it. */
function request(httpMethod: string, path: string): APIGatewayProxyEvent {
  return {
    httpMethod,
    path,
    resource: "/{proxy+}",
    headers: { Authorization: "Bearer private-header" },
    multiValueHeaders: { Cookie: ["private-cookie"] },
    queryStringParameters: { token: "private-query" },
    multiValueQueryStringParameters: { token: ["private-query"] },
    pathParameters: null,
    stageVariables: null,
    body: '{"card":"private-body"}',
    isBase64Encoded: false,
    requestContext: {
      requestId: "r-1",
      identity: { sourceIp: "192.0.2.1", userAgent: "private-agent" },
    } as APIGatewayProxyEvent["requestContext"],
  };
}

describe("handler", () => {
  const output = jest.spyOn(process.stdout, "write");
  beforeEach(() => {
    output.mockReset().mockReturnValue(true);
    process.env[ALLOWED_ORIGIN_VARIABLE] = "https://shop.example";
  });
  afterEach(() => {
    Reflect.deleteProperty(process.env, ALLOWED_ORIGIN_VARIABLE);
  });
  afterAll(() => {
    output.mockRestore();
  });
  const written = (): unknown[] => output.mock.calls.map(([text]) => text);
  const call = (httpMethod: string, path: string): Promise<APIGatewayProxyResult> => handler(request(httpMethod, path));

  const shared = { "Cache-Control": "no-store", "Access-Control-Allow-Origin": "https://shop.example" };

  test.each(["GET", "HEAD"])("answers %s /health to the configured origin, for no cache to keep", async (method) => {
    expect(await call(method, "/health")).toEqual({
      statusCode: 200,
      headers: { ...shared, "Content-Type": "application/json" },
      body: '{"status":"ok"}',
    });
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("refuses %s /health and says what is allowed", async (method) => {
    const { body, ...rest } = await call(method, "/health");
    expect(rest).toEqual({
      statusCode: 405,
      headers: { ...shared, "Content-Type": "application/problem+json", Allow: "GET, HEAD" },
    });
    expect(JSON.parse(body)).toEqual({
      title: "Method Not Allowed",
      status: 405,
      detail: `${method} is not for /health`,
    });
  });

  test.each(["/", "/cakes", "/health/", "/Health", "/health/live"])("knows nothing at %s", async (path) => {
    const { body, ...rest } = await call("GET", path);
    expect(rest).toEqual({ statusCode: 404, headers: { ...shared, "Content-Type": "application/problem+json" } });
    expect(JSON.parse(body)).toEqual({ title: "Not Found", status: 404, detail: `There is nothing at ${path}` });
  });

  test("lets no site in as long as no origin is configured, nor a page without an origin", async () => {
    Reflect.deleteProperty(process.env, ALLOWED_ORIGIN_VARIABLE);
    const { headers } = await call("GET", "/health");
    expect(headers).not.toHaveProperty("Access-Control-Allow-Origin");
  });

  test.each([...Object.values(EVENTS), ...DENIED_SECRET_MESSAGES, LEVELS.error, LEVELS.warning])(
    "logs no word of an alarm or a filter because a caller wrote it: %s",
    async (word) => {
      await call("GET", `/${word}`);
      expect(written().join("")).not.toContain(word);
    },
  );

  test.each([
    ["GET", "/health", 200],
    ["POST", "/health", 405],
    ["GET", "/cakes", 404],
  ])("logs %s %s as one line of JSON", async (method, path, status) => {
    await call(method, path);
    expect(written()).toEqual([
      `{"level":"INFO","message":"request","requestId":"r-1","method":"${method}","status":${String(status)}}\n`,
    ]);
  });

  test.each([
    ["GET", "/health"],
    ["POST", "/health"],
    ["POST", "/cakes"],
  ])("tells nothing private of %s %s, nor where in the code it was answered", async (method, path) => {
    const answer = JSON.stringify(await call(method, path));
    const said = [answer, ...written()].join("\n");
    expect(said).not.toMatch(/private|192\.0\.2\.1/);
    expect(said).not.toMatch(/\bat \S+:\d+|Error:|\.[jt]s\b|node_modules/);
  });
});
