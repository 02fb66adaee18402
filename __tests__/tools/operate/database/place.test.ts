import { relative, resolve } from "node:path";
import { db } from "../../../../tools/commands/db";
import { runProgram } from "../../../../tools/shared/terminal/program";
import { disposable as dev, guarded as prod } from "../../../helpers/live-environments";

const NAME = "202511020001_initial_schema";

/** `npm run db` as it is, but for what its lines run. */
const recorded = {
  ...db,
  subcommands: db.subcommands?.map((command) => ({
    ...command,
    module: relative(resolve("tools"), resolve(__dirname, "recorded-line")),
  })),
};

describe("npm run db", () => {
  test.each<[line: string, env: NodeJS.ProcessEnv, leads: object]>([
    ["migrate", {}, { command: "migrate", place: "local" }],
    ["rollback", {}, { command: "rollback", place: "local" }],
    [`rollback ${NAME}`, {}, { command: "rollback", migration: NAME, place: "local" }],
    ["shell", {}, { command: "shell", place: "local" }],
    [`migrate --env ${dev.name}`, {}, { command: "migrate", place: "function", config: dev }],
    [`--env ${prod.name} status`, {}, { command: "status", place: "function", config: prod }],
    [
      `rollback ${NAME} --env ${prod.name}`,
      {},
      { command: "rollback", migration: NAME, place: "function", config: prod },
    ],
    [`seed --env ${dev.name} --via data-api`, {}, { command: "seed", place: "data-api", config: dev }],
    [`shell --env ${prod.name} --via data-api`, {}, { command: "shell", place: "data-api", config: prod }],
    ["baseline", { DB_HOST: "writer.example" }, { command: "baseline", place: "direct" }],
    ["status", { DB_NAME: "aleenascuisine" }, { command: "status", place: "direct" }],
    ["shell", { DB_SECRET_ARN: "arn" }, { command: "shell", place: "direct" }],
    [
      `migrate --env ${dev.name}`,
      { DB_HOST: "writer.example" },
      { command: "migrate", place: "function", config: dev },
    ],
  ])("%s with %j", async (line, env, leads) => {
    const [printed, complaints]: [string[], string[]] = [[], []];
    const code = await runProgram(line.split(" "), recorded, {
      env,
      interactive: false,
      print: (text) => printed.push(text),
      complain: (text) => complaints.push(text),
      commands: [recorded],
    });
    expect([code, complaints]).toEqual([0, []]);
    expect(JSON.parse(printed.join("\n"))).toEqual(leads);
  });
});
