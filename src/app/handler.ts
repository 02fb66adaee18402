import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { ALLOWED_ORIGIN_VARIABLE } from "./environment-variables";
import { info } from "./log";

/**
 * Entry point of the default package. Answers `GET /health` without touching the database, which
 * would keep a paused cluster awake; every other path is a 404 until the app moves in.
 *
 * Nothing that a caller writes is logged: a path that contains a word of an alarm would raise it. The
 * access log has the path, under the same request id.
 *
 * @param event - API Gateway's proxy event, payload format 1.0
 */
export function handler(
  event: Pick<APIGatewayProxyEvent, "httpMethod" | "path" | "requestContext">,
): Promise<APIGatewayProxyResult> {
  const result = route(event.httpMethod, event.path);
  info("request", {
    requestId: event.requestContext.requestId,
    method: event.httpMethod,
    status: result.statusCode,
  });
  return Promise.resolve(result);
}

function route(method: string, path: string): APIGatewayProxyResult {
  if (path !== "/health") {
    return problem(404, "Not Found", `There is nothing at ${path}`);
  }
  if (method !== "GET" && method !== "HEAD") {
    return problem(405, "Method Not Allowed", `${method} is not for /health`, { Allow: "GET, HEAD" });
  }
  return answer(200, "application/json", { status: "ok" });
}

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
function problem(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return answer(status, "application/problem+json", { title, status, detail }, headers);
}

function answer(
  statusCode: number,
  contentType: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  const origin = process.env[ALLOWED_ORIGIN_VARIABLE];
  return {
    statusCode,
    headers: {
      "Content-Type": contentType,
      "Cache-Control": "no-store",
      ...(origin !== undefined && { "Access-Control-Allow-Origin": origin }),
      ...headers,
    },
    body: JSON.stringify(body),
  };
}
