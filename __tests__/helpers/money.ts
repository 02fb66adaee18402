/** Rupees of paise, as a person would write the one below the other: what the app's reading of money is compared with. */
export function rupeesOf(paise: number): string {
  const digits = String(paise).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
