import fc from "fast-check";
import { paiseOf } from "../../../src/functions/app/money";
import { rupeesOf } from "../../helpers/money";

const MOST = 9_999_999_999;

/** Every amount, with a bias to small and extreme ones. */
const paise = fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: MOST }), fc.constantFrom(0, MOST));

describe("money", () => {
  test.each([
    ["0.00", 0],
    ["0.01", 1],
    ["0.10", 10],
    ["1.00", 100],
    ["19.99", 1_999],
    ["2610.00", 261_000],
    ["99999999.99", MOST],
  ])("%s rupees are %d paise", (rupees, amount) => {
    expect(paiseOf(rupees)).toBe(amount);
  });

  test.each([
    ...["", ".", "1", "1.", ".50", "1.0", "1.000", "1,00", "1,000.00", "1.00.00", "1 000.00", "1_000.00"],
    ...["-1.00", "-0.00", "+1.00", "01.00", "00.50", "100000000.00", "1e3", "1.0e", "0x1.00", "NaN", "Infinity"],
    ...[" 1.00", "1.00 ", "1.00\n", "\n1.00", "1.00\u0000", "₹1.00", "٣.٠٠", "1.٠0", "１.00", "1٫00"],
  ])("refuses %j", (text) => {
    expect(() => paiseOf(text)).toThrow(RangeError);
  });

  test("reads every amount", () => {
    fc.assert(
      fc.property(paise, (amount) => {
        expect(paiseOf(rupeesOf(amount))).toBe(amount);
      }),
    );
  });

  test("accepts only one spelling of an amount", () => {
    const near = fc
      .tuple(
        paise,
        fc.nat({ max: 12 }),
        fc.constantFrom("0", "1", "9", "10", ".", ",", " ", "-", "+", "e", "٣", "\n", ""),
        fc.boolean(),
      )
      .map(([amount, at, character, replaces]) => {
        const text = rupeesOf(amount);
        return text.slice(0, at) + character + text.slice(replaces ? at + 1 : at);
      });
    fc.assert(
      fc.property(fc.oneof(near, near, fc.string({ unit: "binary" })), (text) => {
        let amount: number;
        try {
          amount = paiseOf(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(rupeesOf(amount)).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  test("keeps the order of amounts", () => {
    fc.assert(
      fc.property(paise, paise, (one, other) => {
        const [a, b] = [rupeesOf(one), rupeesOf(other)].map((text) => BigInt(text.replace(".", ""))) as [
          bigint,
          bigint,
        ];
        expect(Math.sign(paiseOf(rupeesOf(one)) - paiseOf(rupeesOf(other)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  test("adds up as integers of any size do", () => {
    fc.assert(
      fc.property(fc.array(paise.map(rupeesOf), { maxLength: 200 }), (texts) => {
        const sum = texts.map(paiseOf).reduce((total, amount) => total + amount, 0);
        const exact = texts.reduce((total, text) => total + BigInt(text.replace(".", "")), 0n);
        expect(BigInt(sum)).toBe(exact);
      }),
    );
  });
});
