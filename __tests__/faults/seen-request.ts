import type { IncomingMessage } from "node:http";

/** A request as the proxy sees it. */
export interface SeenRequest {
  /** Name of the operation, such as `CreateDBCluster`; empty for services that identify operations by path. */
  readonly operation: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
}

/** The whole body of a request. */
export async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Services name the operation in a header, or in a form; others have it in method and path. */
export function readRequest({ headers, method = "", url = "" }: IncomingMessage, body: Buffer): SeenRequest {
  const target = headers["x-amz-target"];
  const form = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const named = typeof target === "string" ? target.split(".").pop() : undefined;
  const operation = named ?? (form ? new URLSearchParams(body.toString()).get("Action") : undefined);
  return { operation: operation ?? "", method, path: url };
}
