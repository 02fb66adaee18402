import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { buildFunctions, FUNCTION_PACKAGES } from "../../build/build-functions.cjs";
import type { Run } from "../../shared/terminal/command";
import { runProgram } from "../../shared/process/program";
import { cleaningUp } from "../../shared/process/interrupt";
import { PROJECT } from "../../shared/terraform/synthesize";
import { median } from "./median";

/** Pairs of runs; the first pair warms the disk's cache and is not counted. */
const PAIRS = 21;

/** Milliseconds that the import of the app and its first `/health` may take. */
const LIMIT_MS = 50;

/** The smallest handler that Lambda can run. */
const BARE_HANDLER = `exports.handler = async () => ({ statusCode: 200, body: '{"status":"ok"}' });`;

/** The fields of API Gateway's event that the app reads. */
const EVENT = {
  httpMethod: "GET",
  path: "/health",
  headers: { Host: "api.example", Accept: "application/json" },
  multiValueHeaders: { Host: ["api.example"], Accept: ["application/json"] },
  body: null,
  isBase64Encoded: false,
  requestContext: { requestId: "request-1" },
};

/** One start of a function, in milliseconds. */
interface Start {
  /** From the first line of the package to the first answer. */
  readonly answered: number;
  /** Of the whole process, with Node.js's own start. */
  readonly process: number;
}

/** Runs `npm run bench:app`. */
export const run: Run = () =>
  cleaningUp("at once", async (onExit) => {
    const scratch = await mkdtemp(join(tmpdir(), "aleenascuisine-bench-"));
    onExit(() => rm(scratch, { recursive: true, force: true }));
    await buildFunctions(PROJECT);
    const zip = await readFile(join(PROJECT, FUNCTION_PACKAGES.app.artifact));
    const app = await unpacked(join(scratch, "app"), unzipSync(zip));
    const bare = await unpacked(join(scratch, "bare"), { "index.js": Buffer.from(BARE_HANDLER) });
    const pairs: [app: Start, bare: Start][] = [];
    for (let pair = 0; pair <= PAIRS; pair += 1) {
      pairs.push([await started(app), await started(bare)]);
    }
    const counted = pairs.slice(1);
    const middle = (value: (pair: [app: Start, bare: Start]) => number): number => median(counted.map(value));
    const answered = middle(([{ answered }]) => answered);
    console.log(
      `Import and first /health  ${answered.toFixed(1)} ms (at most ${String(LIMIT_MS)}), ` +
        `bare handler ${middle(([, { answered }]) => answered).toFixed(1)} ms`,
    );
    console.log(
      `Whole process             ${middle(([{ process }]) => process).toFixed(1)} ms, ` +
        `bare handler ${middle(([, { process }]) => process).toFixed(1)} ms, ` +
        `${middle(([app, bare]) => app.process / bare.process).toFixed(2)} ×`,
    );
    return answered <= LIMIT_MS ? 0 : 1;
  });

/** Writes a package's files, as Lambda lays them out. @returns the folder */
async function unpacked(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  for (const [name, bytes] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  return folder;
}

/** Starts a function in its own process, with none of this process's variables. */
async function started(folder: string): Promise<Start> {
  const script = join(PROJECT, "tools/develop/bench/first-answer.cjs");
  const start = performance.now();
  const { code, stderr } = await runProgram(process.execPath, [script, folder, JSON.stringify(EVENT)], { env: {} });
  const milliseconds = performance.now() - start;
  if (code !== 0) {
    throw new Error(`The first /health of ${folder} failed:\n${stderr}`);
  }
  return { answered: Number(stderr), process: milliseconds };
}
