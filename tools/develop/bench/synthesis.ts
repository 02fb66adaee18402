import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Run } from "../../shared/terminal/command";
import { runProgram } from "../../shared/process/program";
import { cleaningUp } from "../../shared/process/interrupt";
import { PROJECT, synthesisCommand } from "../../shared/terraform/synthesize";
import { median } from "./median";

/** Pairs of runs of each measurement; the first pair warms the disk's cache and is not counted. */
const PAIRS = 9;

/** Limits of a synthesis, as multiples of the time of a bare `node -e 0`. */
const MEASUREMENTS = [
  { title: "All stacks of main.ts", arguments: [], limit: 7 },
  { title: "A hundred environments", arguments: ["tools/develop/bench/hundred-environments.ts"], limit: 50 },
] as const;

/** One run of a process. */
interface Measured {
  readonly milliseconds: number;
  readonly peakKib: number;
}

/** Runs `npm run bench`. */
export const run: Run = () =>
  cleaningUp("at once", async (onExit) => {
    const scratch = await mkdtemp(join(tmpdir(), "aleenascuisine-bench-"));
    onExit(() => rm(scratch, { recursive: true, force: true }));
    let within = true;
    for (const { title, arguments: args, limit } of MEASUREMENTS) {
      const pairs = await measure(args, scratch);
      const ratio = median(pairs.map(([synthesis, bare]) => synthesis.milliseconds / bare.milliseconds));
      const peakMib = Math.max(...pairs.map(([synthesis]) => synthesis.peakKib)) / 1024;
      within &&= ratio <= limit;
      console.log(
        `${title.padEnd(24)}${ratio.toFixed(1)} × node -e 0 (at most ${String(limit)}), peak ${peakMib.toFixed(0)} MiB`,
      );
    }
    return within ? 0 : 1;
  });

/** Runs a synthesis and a bare node in turn, so that both see the same machine. */
async function measure(args: readonly string[], scratch: string): Promise<[synthesis: Measured, bare: Measured][]> {
  const [node, ...command] = synthesisCommand();
  const pairs: [Measured, Measured][] = [];
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const synthesis = await timed(node, [...command, ...args], scratch);
    const bare = await timed(node, ["-e", "0"], scratch);
    pairs.push([synthesis, bare]);
  }
  return pairs.slice(1);
}

async function timed(command: string, args: readonly string[], scratch: string): Promise<Measured> {
  const file = join(scratch, "peak");
  const env = {
    ...process.env,
    NODE_OPTIONS: `--require ${JSON.stringify(join(PROJECT, "tools/develop/bench/report-memory.cjs"))}`,
    PEAK_MEMORY_FILE: file,
    CDKTF_OUTDIR: join(scratch, "cdktf.out"),
  };
  const start = performance.now();
  const { code, stderr } = await runProgram(command, args, { cwd: PROJECT, env });
  const milliseconds = performance.now() - start;
  if (code !== 0) {
    throw new Error(`${[command, ...args].join(" ")} failed:\n${stderr}`);
  }
  return { milliseconds, peakKib: Number(await readFile(file, "utf8")) };
}
