/** The currency that amounts are in, and Razorpay is asked for, as ISO 4217 has it: a hundredth of it is a paisa. */
export const CURRENCY = "INR";

/** Rupees as DECIMAL(10,2) writes them: one spelling for each amount. */
export const RUPEES = /^(0|[1-9][0-9]{0,7})\.([0-9]{2})$/;

/**
 * Paise of an amount in rupees. A number holds them exactly: integers are exact up to 2^53, which is 900,000 times the
 * largest amount, and no fraction ever comes in between.
 *
 * @param rupees - digits, a point and two decimals, such as `2610.00`; at most 8 digits before the point
 * @throws RangeError for every other text
 */
export function paiseOf(rupees: string): number {
  const [, whole, hundredths] = RUPEES.exec(rupees) ?? [];
  if (whole === undefined || hundredths === undefined) {
    throw new RangeError("An amount is rupees with two decimals, such as 2610.00, and at most 99999999.99");
  }
  return Number(whole) * 100 + Number(hundredths);
}
