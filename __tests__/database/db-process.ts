import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables of a machine that knows no AWS account. */
const NOBODY = { PATH: process.env.PATH, HOME: "/nonexistent", AWS_EC2_METADATA_DISABLED: "true" };

/** Starts `npm run db` in a checkout. */
export function start(words: string, checkout: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(process.execPath, ["tools/run.cjs", "db", ...words.split(" ")], {
    cwd: checkout,
    env: { ...NOBODY, ...env },
    // A group of its own, as a terminal gives it.
    detached: true,
  });
}

/** Gives a command its input, and waits until it has ended. */
export async function ended(child: ChildProcess, input = ""): Promise<Ended> {
  const [stdout, stderr]: string[][] = [[], []];
  child.stdout?.on("data", (chunk: Buffer) => stdout?.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => stderr?.push(chunk.toString()));
  child.stdin?.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout: stdout?.join("") ?? "", stderr: stderr?.join("") ?? "" };
}

/** Runs `npm run db` in a checkout. */
export const db = (
  words: string,
  checkout: string,
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ended> => ended(start(words, checkout, env), input);

/** Waits until a command that goes on has written a word. */
export async function said(stream: NodeJS.ReadableStream | null, word: string): Promise<void> {
  for await (const chunk of stream ?? []) {
    if (String(chunk).includes(word)) {
      return;
    }
  }
  throw new Error(`It ended without saying "${word}"`);
}
