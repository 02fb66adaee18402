import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { FUNCTION_PACKAGE } from "../../tools/build-function.cjs";

const ROOT = resolve(__dirname, "..", "..");

function buildIn(timeZone: string): Buffer {
  const script = 'require("./tools/build-function.cjs").buildFunction(process.cwd())';
  execFileSync(process.execPath, ["-e", script], { cwd: ROOT, env: { ...process.env, TZ: timeZone } });
  return readFileSync(join(ROOT, FUNCTION_PACKAGE));
}

test("the package is the same bytes in every time zone", () => {
  expect(buildIn("Asia/Kolkata").equals(buildIn("America/Los_Angeles"))).toBe(true);
});

test("the package holds one file, and its handler answers", async () => {
  const files = unzipSync(readFileSync(join(ROOT, FUNCTION_PACKAGE)));
  expect(Object.keys(files)).toEqual(["index.js"]);

  const module = { exports: {} as { handler?: (event: unknown) => Promise<{ statusCode: number }> } };
  const code = Buffer.from(files["index.js"] ?? []).toString();
  jest.spyOn(process.stdout, "write").mockReturnValue(true);
  new Function("module", "exports", "require", code)(module, module.exports, require);
  const event = { httpMethod: "GET", path: "/health", requestContext: { requestId: "1" } };
  expect(await module.exports.handler?.(event)).toMatchObject({ statusCode: 200 });
});
