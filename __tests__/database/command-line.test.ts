import { disposable as dev, guarded as prod } from "../helpers/live-environments";
import { readCommandLine, USAGE } from "../../tools/operate/database/command-line";

const NAME = "202511020001_initial_schema";

describe("npm run db", () => {
  test.each([
    ["migrate", {}, { command: "migrate", place: { kind: "local" } }],
    ["rollback", {}, { command: "rollback", place: { kind: "local" } }],
    [`rollback ${NAME}`, {}, { command: "rollback", migration: NAME, place: { kind: "local" } }],
    ["shell", {}, { command: "shell", place: { kind: "local" } }],
    [`migrate --env ${dev.name}`, {}, { command: "migrate", place: { kind: "function", config: dev } }],
    [`--env ${prod.name} status`, {}, { command: "status", place: { kind: "function", config: prod } }],
    [
      `rollback ${NAME} --env ${prod.name}`,
      {},
      { command: "rollback", migration: NAME, place: { kind: "function", config: prod } },
    ],
    [`seed --env ${dev.name} --via data-api`, {}, { command: "seed", place: { kind: "data-api", config: dev } }],
    [`shell --env ${prod.name} --via data-api`, {}, { command: "shell", place: { kind: "data-api", config: prod } }],
    ["baseline", { DB_HOST: "writer.example" }, { command: "baseline", place: { kind: "direct" } }],
    [
      `migrate --env ${dev.name}`,
      { DB_HOST: "writer.example" },
      { command: "migrate", place: { kind: "function", config: dev } },
    ],
  ])("%s with %j", (line, env, order) => {
    expect(readCommandLine(line.split(" "), env)).toEqual(order);
  });

  test.each([
    ["", ["Name a command."]],
    ["drop", ['There is no command "drop".']],
    ["migrate now", ['Unexpected: "now".']],
    [`rollback ${NAME} more`, ['Unexpected: "more".']],
    ["status --env staging", ['There is no environment "staging".']],
    ["seed --via data-api", ["--via goes to an environment's cluster: add --env."]],
    [`seed --env ${dev.name} --via ssh`, ['There is no way "ssh": write --via data-api, or leave it out.']],
    [`shell --env ${dev.name}`, ["The migrating function has no shell: add --via data-api."]],
    [
      `migrate --env ${dev.name} --via data-api`,
      ["migrate does not go through the Data API: without --via, the migrating function does it."],
    ],
    [`rollback --env ${prod.name}`, ["Name the migration that is to be rolled back: status shows which is the last."]],
    [
      "drop it --env staging --via ssh",
      ['There is no command "drop".', 'no way "ssh"', '"staging"', 'Unexpected: "it".'],
    ],
  ])('"%s" is told, all of it, and how it is used', (line, problems) => {
    const read = (): unknown => readCommandLine(line.split(" ").filter(Boolean), {});
    for (const problem of problems) {
      expect(read).toThrow(problem);
    }
    expect(read).toThrow(`Nothing was done.\n\n${USAGE}`);
  });

  test("a database that variables name takes no rollback without a name", () => {
    expect(() => readCommandLine(["rollback"], { DB_NAME: "aleenascuisine" })).toThrow("Name the migration");
  });

  test("an option that npm took for itself is not lost", () => {
    expect(() => readCommandLine(["rollback"], { npm_config_env: prod.name })).toThrow(
      "npm took --env for itself: write -- before",
    );
  });

  test("an option that does not exist is told with the usage", () => {
    expect(() => readCommandLine(["migrate", "--force"], {})).toThrow(/--force(.|\n)*usage: npm run db/);
  });
});
