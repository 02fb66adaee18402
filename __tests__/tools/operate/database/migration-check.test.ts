import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkMigrations } from "../../../../tools/operate/database/migration-check";
import { temporaryFolder } from "../../../helpers/temporary-folder";

const NAME = "202601010000_a";
const folder = temporaryFolder("migration-check");

/** What is wrong with a migration's files. */
async function problemsOf(up: string, down = "SELECT 1;"): Promise<string[]> {
  writeFileSync(join(folder, `${NAME}.up.sql`), up);
  writeFileSync(join(folder, `${NAME}.down.sql`), down);
  try {
    await checkMigrations(folder);
    return [];
  } catch (error) {
    const [first, ...problems] = (error as Error).message.split("\n- ");
    expect(first).toBe("The migrations cannot be run; nothing was changed.");
    return problems;
  }
}

test("the project's migrations are sound", async () => {
  await expect(checkMigrations()).resolves.toBeUndefined();
});

describe("statements that begin or end a transaction", () => {
  test.each([
    ["COMMIT", "COMMIT"],
    ["BEGIN", "BEGIN"],
    ["BEGIN ISOLATION LEVEL SERIALIZABLE", "BEGIN"],
    ["ROLLBACK", "ROLLBACK"],
    ["ABORT", "ABORT"],
    ["START TRANSACTION", "START"],
    ["END", "END"],
    ["END WORK", "END"],
    ["PREPARE TRANSACTION 'a'", "PREPARE"],
    ["COMMIT PREPARED 'a'", "COMMIT"],
    ["-- x\rCOMMIT", "COMMIT"],
  ])("are refused: %j", async (statement, word) => {
    expect(await problemsOf(`CREATE TABLE a ();\n\n${statement}; SELECT 1/0;`)).toEqual([
      expect.stringContaining(`${NAME}.up.sql: remove ${word} (line 3). The whole run is one transaction`),
    ]);
  });

  test("are all reported with their lines, in both files", async () => {
    expect(await problemsOf("begin;\nSELECT 1;\nEND", "SELECT 1;\ncommit")).toEqual([
      expect.stringContaining(`${NAME}.up.sql: remove BEGIN (line 1), END (line 3).`),
      expect.stringContaining(`${NAME}.down.sql: remove COMMIT (line 2).`),
    ]);
  });

  test.each([
    ["SELECT CASE WHEN true THEN 1 END;"],
    ["SELECT 1 AS\nEND;"],
    ["DO $$ BEGIN PERFORM 1; END $$;"],
    ["SELECT 'x; COMMIT;'; -- COMMIT;"],
    ["SAVEPOINT s; ROLLBACK TO s; ROLLBACK WORK TO SAVEPOINT s; RELEASE s;"],
    ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;"],
    ["CREATE PROCEDURE p() BEGIN ATOMIC END;"],
    ["CREATE TABLE a (begin int);\nSELECT begin atomic FROM a;"],
  ])("are not seen in %j", async (sql) => {
    expect(await problemsOf(sql)).toEqual([]);
  });

  test("are seen after the body of a function, and after a column that is called as one begins", async () => {
    const body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;\nEND;";
    expect(await problemsOf(body)).toEqual([expect.stringContaining("remove END (line 2).")]);
    expect(await problemsOf("SELECT begin atomic FROM a; COMMIT; END;")).toEqual([
      expect.stringContaining("remove COMMIT (line 1), END (line 1)."),
    ]);
  });
});

test("a file without a transaction has one statement, such as a function with a body of its own", async () => {
  const sql = "-- No Transaction\nCREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;";
  expect(await problemsOf(sql)).toEqual([]);
  expect(await problemsOf(`${sql}\nSELECT 1;`)).toEqual([
    `${NAME}.up.sql: without a transaction, a file may have only one statement. Move the others to their own migrations.`,
  ]);
});

test("what PostgreSQL does not understand is reported with its line", async () => {
  expect(await problemsOf("SELECT 1;\nCREATE TABEL a ();")).toEqual([
    `${NAME}.up.sql: Line 2: syntax error at or near "TABEL".`,
  ]);
  expect(await problemsOf("\uFEFFSELECT 1;")).toEqual([
    `${NAME}.up.sql: it begins with a byte order mark. Save it as UTF-8 without one.`,
  ]);
});
