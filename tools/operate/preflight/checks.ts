import { checkStateBucket } from "../../shared/aws/state-bucket";
import { checkApiLogging } from "./api-logging";
import type { Check } from "./check";
import { checkExecutionRole } from "./execution-role";
import { checkAlarmMail, checkCostTags, checkRazorpay } from "./manual-steps";
import { checkSecretReaders } from "./secret-readers";
import { checkStateObject } from "./state-object";

/** The checks that need AWS and a known caller, in the order in which they are shown. */
export const CHECKS: readonly Check[] = [
  { name: "state bucket", kind: "blocking", mustBeKnown: true, run: ({ session }) => checkStateBucket(session) },
  { name: "state", kind: "blocking", mustBeKnown: true, run: checkStateObject },
  { name: "secret readers", kind: "blocking", run: checkSecretReaders },
  { name: "execution role", kind: "blocking", run: checkExecutionRole },
  { name: "API Gateway logs", kind: "blocking", run: checkApiLogging },
  { name: "alarm mail", kind: "warning", run: checkAlarmMail },
  { name: "cost allocation tags", kind: "warning", run: checkCostTags },
  { name: "Razorpay secret", kind: "warning", run: checkRazorpay },
];
