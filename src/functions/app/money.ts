/** Currency of all amounts (ISO 4217). A hundredth of it is a paisa. */
export const CURRENCY = "INR";

/** Rupees as PostgreSQL writes a DECIMAL(10,2): each amount has one spelling. */
export const RUPEES = /^(0|[1-9][0-9]{0,7})\.([0-9]{2})$/;

/**
 * Converts rupees to paise, exactly: integers are exact up to 2^53, which is 900,000 times the largest amount, and no
 * fraction is computed in between.
 *
 * @param rupees - digits, a point and two decimals, such as `2610.00`; at most 8 digits before the point
 * @throws RangeError for any other text
 */
export function paiseOf(rupees: string): number {
  const [, whole, hundredths] = RUPEES.exec(rupees) ?? [];
  if (whole === undefined || hundredths === undefined) {
    throw new RangeError("An amount is rupees with two decimals, such as 2610.00, and at most 99999999.99");
  }
  return Number(whole) * 100 + Number(hundredths);
}
