import type { Client } from "pg";
import { migrate, rollback } from "../../src/database/migrate";
import { testServer } from "../helpers/database";

const server = testServer();

describe("the migrations of this project", () => {
  let client: Client;
  beforeAll(async () => {
    client = await server.connect(await server.database("up_and_down"));
  });
  test("go up, down and up again", async () => {
    expect(await migrate(client)).toEqual(["202511020001_initial_schema"]);
    expect(await migrate(client)).toEqual([]);
    expect(await rollback(client, undefined)).toBe("202511020001_initial_schema");
    expect(await migrate(client)).toEqual(["202511020001_initial_schema"]);
  });
});
