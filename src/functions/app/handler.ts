import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { handle } from "hono/aws-lambda";
import { createApp } from "./app";
import { awsDependencies } from "./aws";

const BODILESS = new Set(["GET", "HEAD"]);

// eslint-disable-next-line @typescript-eslint/no-deprecated -- It moves to a package of its own with Hono 5.
const handleEvent = handle(createApp(awsDependencies(process.env))) as unknown as (
  event: APIGatewayProxyEvent,
) => Promise<APIGatewayProxyResult>;

/**
 * Entry point of the default package: the app, behind API Gateway.
 *
 * @param event - API Gateway's proxy event, payload format 1.0
 */
export function handler(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
  // The Request constructor refuses a body with these methods.
  return handleEvent(BODILESS.has(event.httpMethod) ? { ...event, body: null } : event);
}
