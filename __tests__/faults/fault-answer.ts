import type { IncomingHttpHeaders } from "node:http";

/** An answer of HTTP. */
export interface FaultAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** HTTP status, code as JSON services have it, code as XML services have it, text. */
const ANSWERS = {
  "internal error": [500, "InternalFailure", "InternalError", "We encountered an internal error. Please try again."],
  throttling: [429, "ThrottlingException", "Throttling", "Rate exceeded"],
} as const;

/**
 * What AWS answers when it is disturbed, in the protocol of the service: what is not would be taken for the
 * answer of a broken proxy.
 *
 * @param fault - what is wrong
 * @param headers - of the request; its signature names the service
 * @see https://smithy.io/2.0/aws/protocols/index.html
 */
export function faultAnswer(fault: keyof typeof ANSWERS, headers: IncomingHttpHeaders): FaultAnswer {
  const [status, jsonCode, xmlCode, message] = ANSWERS[fault];
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  const error = `<Error><Code>${xmlCode}</Code><Message>${message}</Message></Error>`;
  const xml = (text: string): FaultAnswer => ({ status, headers: { "content-type": "text/xml" }, text });
  if (service === "s3") {
    return xml(error);
  }
  if (service === "ec2") {
    return xml(`<Response><Errors>${error}</Errors><RequestID>sample</RequestID></Response>`);
  }
  if (service === "cloudfront" || headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    return xml(`<ErrorResponse>${error}<RequestId>sample</RequestId></ErrorResponse>`);
  }
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": jsonCode },
    text: JSON.stringify({ __type: jsonCode, message }),
  };
}
