import * as z from "zod/mini";
import { list, text } from "./field";

/** An IAM ARN of a user or role, its account apart. */
const PRINCIPAL = /^arn:aws:iam::(\d{12}):(user|role)\/[\w+=,.@/-]+$/;

const USER_OR_ROLE = "an IAM ARN of the form arn:aws:iam::ACCOUNT:user/NAME or arn:aws:iam::ACCOUNT:role/NAME";

/** Account of an IAM ARN. */
export function accountOf(arn: string): string | undefined {
  return PRINCIPAL.exec(arn)?.[1];
}

/** Who administers, runs and reads, and where the environment's reports go. */
export const people = {
  /** `KeyAdminArn`: IAM principal that administers the CMK. The secrets' policies do not deny it reading. */
  keyAdminArn: text({
    rule: USER_OR_ROLE,
    pattern: PRINCIPAL,
    default: "arn:aws:iam::498192039865:user/kevin-mathew-admin",
    source: "handover",
    reason: "`KeyAdminArn`",
  }),
  /** `LambdaExecutionRoleArn`: IAM role of the functions, created and maintained outside this project. */
  lambdaExecutionRoleArn: text({
    rule: "an IAM ARN of the form arn:aws:iam::ACCOUNT:role/NAME",
    pattern: /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    default: "arn:aws:iam::498192039865:role/Executioner",
    source: "handover",
    reason: "`LambdaExecutionRoleArn`",
  }),
  /**
   * IAM principals that read the secrets in addition to the execution role and the key administrator: those who
   * plan or deploy, since every plan reads the database secret. ARNs of users or roles.
   */
  secretReaderArns: list(z.string(`write ${USER_OR_ROLE}`).check(z.regex(PRINCIPAL, `write ${USER_OR_ROLE}`)), {
    rule: "a list of IAM ARNs of users and roles",
    source: "owner",
    reason:
      "The deploying and the planning principal: each plan reads the database secret, and a caller who is not listed locks itself out half-way. The two role names are a proposal; write the real ones",
  }),
  /** `ApiAllowedOrigin`: the one origin that browsers may call the API from. Scheme, host and port. */
  apiAllowedOrigin: text({
    rule: "scheme, host and port if any, such as https://app.example.com",
    find: originProblem,
    default: "http://localhost:3000",
    source: "handover",
    reason: "`ApiAllowedOrigin`; synthesis warns of the handover's placeholder",
  }),
  /** Address that alarms and budget alerts are mailed to. */
  alarmEmail: text({
    rule: "one e-mail address, such as operator@example.com",
    pattern: /^[^\s@,;]+@[^\s@.,;]+(\.[^\s@.,;]+)+$/,
    source: "handover",
    reason: "Alarms and budget alerts",
  }),
};

/** An origin is compared as text, so it must be written exactly as browsers send it. */
function originProblem(origin: string): string | undefined {
  if (origin.includes("*")) {
    return "a wildcard lets every site call the API; name the one origin";
  }
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || !/^https?:\/\//i.test(origin)) {
    return "write scheme, host and port if any, such as https://app.example.com";
  }
  if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])$/.test(url.hostname)) {
    return "a host name has letters, digits, hyphens and dots only";
  }
  if (url.origin === origin) {
    return undefined;
  }
  return `${originExcess(url, origin)}; write "${url.origin}"`;
}

/** What an origin has that browsers do not send. */
function originExcess(url: URL, origin: string): string {
  if (url.username !== "" || url.password !== "" || origin.includes("@")) {
    return "an origin has no user name and no password";
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || /[/?#]$/.test(origin)) {
    return "an origin has no path and no trailing slash";
  }
  const port = /:(\d*)$/.exec(origin)?.[1];
  if (port !== undefined && url.port === "") {
    return `browsers leave out the port${port === "" ? "" : ` ${port}`} that ${url.protocol.slice(0, -1)} has by default`;
  }
  return "browsers send an origin without capital letters and in its shortest form";
}
