import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { unzipSync } from "fflate";
import { FUNCTION_PACKAGE } from "../../tools/build-function.cjs";
import { runCommand } from "../../tools/lib/command";

const ROOT = resolve(__dirname, "..", "..");

function buildIn(timeZone: string): Buffer {
  const script = 'require("./tools/build-function.cjs").buildFunction(process.cwd())';
  execFileSync(process.execPath, ["-e", script], { cwd: ROOT, env: { ...process.env, TZ: timeZone } });
  return readFileSync(join(ROOT, FUNCTION_PACKAGE));
}

test("the package is the same bytes in every time zone", () => {
  expect(buildIn("Asia/Kolkata").equals(buildIn("America/Los_Angeles"))).toBe(true);
});

test("the package holds one file, and its handler answers when it is loaded as Lambda loads it", async () => {
  const files = unzipSync(readFileSync(join(ROOT, FUNCTION_PACKAGE)));
  expect(Object.keys(files)).toEqual(["index.js"]);

  const task = mkdtempSync(join(tmpdir(), "aleenascuisine-task-"));
  writeFileSync(join(task, "index.js"), files["index.js"] ?? "");
  const event = JSON.stringify({ httpMethod: "GET", path: "/health", requestContext: { requestId: "r-1" } });
  const script = `require("./index.js").handler(${event}).then(({ statusCode }) => console.error(statusCode))`;
  const { stderr } = await runCommand(process.execPath, ["-e", script], { cwd: task });
  rmSync(task, { recursive: true, force: true });
  expect(stderr).toBe("200");
});
