/** Variable of the function that holds the one origin that browsers may call the API from. */
export const ALLOWED_ORIGIN_VARIABLE = "API_ALLOWED_ORIGIN";

/** Variable of the function that holds the ARN of the secret with Razorpay's keys. */
export const RAZORPAY_SECRET_VARIABLE = "RAZORPAY_SECRET_ARN";

/** Variable of the function that leads it to something that stands in for Razorpay. Unset, it is Razorpay itself. */
export const RAZORPAY_URL_VARIABLE = "RAZORPAY_URL";
