import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { devNull } from "node:os";
import { runProgram, type ProgramResult } from "../../tools/shared/process/program";
import { PROJECT } from "../../tools/shared/terraform/synthesize";
import { describeWith } from "./describe-with";

/** Checks that are skipped while the caller is unknown: all except the account's and Terraform's. */
const AWS_CHECKS = 8;

/** A machine without AWS settings, so that every request stays on it. */
const CLEAN: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_"))),
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: "true",
};

const SAMPLE_KEYS = { AWS_ACCESS_KEY_ID: "sample", AWS_SECRET_ACCESS_KEY: "sample" };

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramResult> {
  return runProgram(process.execPath, ["tools/run.cjs", "preflight", ...args], {
    cwd: PROJECT,
    env: { ...CLEAN, ...env },
  });
}

describeWith(["terraform"], "the preflight without AWS", () => {
  test.each([
    ["no credentials", {}, /there are no AWS credentials: /],
    ["a profile that does not exist", { AWS_PROFILE: "missing" }, /there are no AWS credentials in profile missing: /],
  ])("%s: one line, and what to set", async (_, settings, detail) => {
    const { code, stdout, stderr } = await run(["dev"], settings);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(detail);
    expect(stdout.match(/^ +→ .+$/gm)).toEqual([
      expect.stringContaining("→ Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    ]);
  });

  /** Runs the command against a server in place of AWS. @returns the line and the remedy of the account's check */
  async function accountAt(server: Server): Promise<string> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      return await accountBehind((server.address() as AddressInfo).port);
    } finally {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    }
  }

  async function accountBehind(port: number): Promise<string> {
    const { code, stdout, stderr } = await run(["dev"], {
      ...SAMPLE_KEYS,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
    });
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout.match(/it needs credentials of the right account/g)).toHaveLength(AWS_CHECKS);
    return stdout.split("\n").slice(2, 4).join("\n");
  }

  test("reports a port where nothing listens", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await accountBehind(port)).toMatch(
      /127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)\n +→ Check the network/,
    );
  });

  test("gives up on a server that never answers", async () => {
    expect(await accountAt(createServer())).toMatch(/ does not answer \(.+\)\n +→ Check the network/);
  });

  test("reports a server that hangs up", async () => {
    const server = createServer((socket) => socket.destroy());
    expect(await accountAt(server)).toMatch(/ does not answer \(ECONNRESET\)\n +→ Check the network/);
  });

  test.each([
    [500, "disturbed", /answered HTTP 500, /],
    [200, "<html>a portal that wants you to sign in</html>", /answers, but it is not AWS\n +→ Sign in/],
  ])("reports a server that answers HTTP %s and %s", async (status, body, expected) => {
    const server = createHttpServer((_, response) => response.writeHead(status).end(body));
    expect(await accountAt(server)).toMatch(expected);
  });
});
