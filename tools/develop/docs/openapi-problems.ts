import { FORMS, MISSING } from "../../../src/functions/app/schemas";
import { problems } from "../../../src/functions/app/problems";
import type { Problem } from "../../../src/functions/app/problem";

/** What each status means, in every operation. */
export const STATUS_MEANINGS: Readonly<Record<number, string>> = {
  400: "The body is not valid JSON.",
  401: "The body was not signed with the webhook secret.",
  404: "There is no such order.",
  405: "The path does not allow this method.",
  409: "The order does not expect a payment.",
  413: "The body is too large.",
  415: "The body was not sent as JSON.",
  422: "The request is malformed or does not match the shop's data. Repeating it changes nothing.",
  500: "Unexpected. The log says why, under the request's id.",
  502: "Razorpay refused the app's request. A person has to look: the log says why.",
  503: "Not now. With `Retry-After`, the same request succeeds later. Without, a secret or a setting is missing or denied.",
};

/** The app's problems with sample values, by the name of the example. */
export const EXAMPLES = {
  invalidJson: problems.invalidJson(),
  notSigned: problems.notSigned(),
  noOrder: problems.noOrder(),
  methodNotAllowed: problems.methodNotAllowed("DELETE", "POST"),
  orderNotPayable: problems.orderNotPayable("confirmed"),
  tooLarge: problems.tooLarge(),
  notJson: problems.notJson(),
  invalidFields: problems.invalidFields([`body.order_id: ${FORMS.order}`, `body.amount: ${FORMS.amount}`]),
  invalidEvent: problems.invalidFields([`event: ${MISSING}`]),
  wrongCurrency: problems.wrongCurrency("USD"),
  wrongAmount: problems.wrongAmount("1250.00", "1200.00"),
  amountTooSmall: problems.amountTooSmall("0.50"),
  keyReused: problems.keyReused(),
  unexpected: problems.unexpected(),
  providerRefused: problems.providerRefused(),
  providerUnavailable: problems.providerUnavailable(10),
  databaseWaking: problems.databaseWaking(),
  paymentsNotSetUp: problems.paymentsNotSetUp(),
} as const satisfies Record<string, Problem>;
