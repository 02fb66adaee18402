import fc from "fast-check";
import { isSigned } from "../../../src/functions/app/razorpay-signature";

const SECRET = "sample-webhook-secret";
const BODY = Buffer.from(
  '{"event":"payment.captured","payload":{"payment":{"entity":{"id":"pay_sample","amount":261000}}}}',
);

/** By `openssl dgst -sha256 -hmac`. */
const SIGNATURE = "d50be80791025a2bf6353c73ddf6fc0761083ca5c103ce177dc9fb6f15b5ce5f";

describe("isSigned", () => {
  test("accepts a signature by openssl", () => {
    expect(isSigned(BODY, SIGNATURE, SECRET)).toBe(true);
  });

  // https://www.rfc-editor.org/rfc/rfc4231#section-4.3
  test("accepts the signature of RFC 4231's second test case", () => {
    const signature = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    expect(isSigned(Buffer.from("what do ya want for nothing?"), signature, "Jefe")).toBe(true);
  });

  test("accepts bytes that are not text", () => {
    // printf '\377\000\376' | openssl dgst -sha256 -hmac sample-webhook-secret
    const signature = "2e31ff5e85f7e5218adf507043093a7a5b6b7080c403e2c888103e06288806ac";
    expect(isSigned(Uint8Array.of(0xff, 0x00, 0xfe), signature, SECRET)).toBe(true);
    expect(isSigned(Buffer.from(Buffer.from([0xff, 0x00, 0xfe]).toString()), signature, SECRET)).toBe(false);
  });

  test("refuses if one bit of the body, the signature or the secret differs", () => {
    const flipped = (bytes: Buffer, bit: number): Buffer => {
      const other = Buffer.from(bytes);
      const at = Math.floor(bit / 8) % other.length;
      other[at] = (other[at] ?? 0) ^ (1 << (bit % 8));
      return other;
    };
    const texts = { signature: Buffer.from(SIGNATURE, "latin1"), secret: Buffer.from(SECRET, "latin1") };
    fc.assert(
      fc.property(fc.nat({ max: 8 * BODY.length - 1 }), (bit) => {
        expect(isSigned(flipped(BODY, bit), SIGNATURE, SECRET)).toBe(false);
        expect(isSigned(BODY, flipped(texts.signature, bit).toString("latin1"), SECRET)).toBe(false);
        expect(isSigned(BODY, SIGNATURE, flipped(texts.secret, bit).toString("latin1"))).toBe(false);
      }),
    );
  });

  test.each([
    undefined,
    "",
    "0",
    SIGNATURE.slice(1),
    `${SIGNATURE}0`,
    `${SIGNATURE}00`,
    ` ${SIGNATURE}`,
    `${SIGNATURE}\n`,
    SIGNATURE.toUpperCase(),
    `sha256=${SIGNATURE}`,
    Buffer.from(SIGNATURE, "hex").toString("base64"),
    "g".repeat(64),
    "é".repeat(64),
    "0".repeat(64),
    `${SIGNATURE},${SIGNATURE}`,
  ])("refuses %j", (signature) => {
    expect(isSigned(BODY, signature, SECRET)).toBe(false);
  });

  test("fails with an empty secret, even if the signature matches", () => {
    // By Python's hmac: openssl refuses an empty key.
    const signature = "d3589211fdf60837055b218c4f00f5f25ab341f1f4c220c4c951cc2554c852de";
    expect(() => isSigned(BODY, signature, "")).toThrow(RangeError);
    expect(() => isSigned(BODY, undefined, "")).toThrow("anybody could sign");
  });
});
