import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readMigrations, type MigrationFile } from "../../src/database/migration-files";
import { temporaryFolder } from "../helpers/temporary-folder";

const NAME = "202601010000_a";
const folder = temporaryFolder("migration-files");

function read(text: string): MigrationFile | undefined {
  const path = join(folder, `${NAME}.sql`);
  writeFileSync(path, text);
  return readMigrations([path])[0];
}

/** What is said of a file, one problem an element. */
function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message.split(`\n- ${NAME}.sql: `).slice(1);
  }
  return [];
}

const lines = (...each: string[]): string => each.join("\n");

const inexact = (line: number, marker: string): string =>
  `line ${String(line)} is like "${marker}", but not exactly that: write it so, alone on its line, or in other words.`;
const quoted = (line: number, marker: string): string =>
  `line ${String(line)} has "${marker}" inside something quoted: write it in other words there.`;

describe("lines that divide a file", () => {
  test("are taken where they are exact, whatever the encoding puts before them", () => {
    const text = lines("-- Up Migration", "-- No Transaction", "SELECT 1;", "-- Down Migration", "SELECT 2;");
    const plain = read(text);
    expect(plain).toMatchObject({
      up: "-- Up Migration\n-- No Transaction\nSELECT 1;\n",
      down: "-- Down Migration\nSELECT 2;",
      downLine: 4,
      inTransaction: false,
    });
    expect(read(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toEqual(plain);
  });

  test.each([
    ["-- Down Migration "],
    ["  -- Down Migration"],
    ["--Down Migration"],
    ["-- down migration"],
    ["-- Down Migrations"],
    ["-- Down-Migration:"],
    ["--- Down Migration ---"],
    ["-- Down Migration (drops it)"],
    ["-- Down"],
    ["/* Down Migration */"],
    ["-- Down Migration\r\r"],
    ["SELECT 1; -- Down Migration"],
    ["-- Down Migraton"],
    ["-- Downgrade"],
    ["-- DOWN: drop it"],
    ["-- Migration Down"],
  ])("are refused where they are not: %j", (line) => {
    expect(problemsOf(lines("-- Up Migration", "CREATE TABLE a ();", line, "DROP TABLE a;"))).toEqual([
      inexact(3, "-- Down Migration"),
    ]);
  });

  test.each([["--Up Migration"], ["-- Up  Migration"], ["\uFEFF\uFEFF-- Up Migration"]])(
    "are refused at the beginning too: %j",
    (line) => {
      expect(problemsOf(lines(line, "SELECT 1;"))).toEqual([inexact(1, "-- Up Migration")]);
    },
  );

  test("are refused where they are cut off by the line ends of old", () => {
    expect(problemsOf("-- Up Migration\rSELECT 1;\r-- Down Migration\rSELECT 2;")).toEqual([
      inexact(1, "-- Up Migration"),
    ]);
  });

  test.each([
    ["--No Transaction"],
    ["-- no transaction"],
    ["-- No Transactions"],
    ["-- No Transction"],
    ["-- Without Transaction"],
  ])("so is %j", (line) => {
    expect(problemsOf(lines("-- Up Migration", line, "SELECT 1;"))).toEqual([inexact(2, "-- No Transaction")]);
  });

  test.each([
    ["'", "'"],
    ["DO $$ BEGIN", "END $$;"],
    ["/*", "*/"],
  ])("are refused between %s and %s, which they would cut in two", (from, to) => {
    expect(problemsOf(lines("-- Up Migration", `SELECT 1; ${from}`, "-- Down Migration", to))).toEqual([
      quoted(3, "-- Down Migration"),
    ]);
  });

  test("are refused the second time", () => {
    const text = lines("-- Up Migration", "SELECT 1;", "-- Down Migration", "SELECT 2;", "-- Up Migration");
    expect(problemsOf(text)).toEqual(['line 5 has "-- Up Migration" a second time: keep one.']);
  });

  test.each([
    ["-- Down Migration\nSELECT 1;\n-- Up Migration\nSELECT 2;"],
    ["SELECT 1;\n-- Up Migration\nSELECT 2;"],
    ["SELECT 1;"],
  ])("are refused where statements come before the first: %j", (text) => {
    expect(problemsOf(text)).toEqual([
      'begin it with the line "-- Up Migration"; the way back follows "-- Down Migration".',
    ]);
  });

  test.each([
    ["-- The next migration goes up to the limit; no other transaction may"],
    ["SELECT 'up', 'down migration', 1 - -1 AS no, 2 AS transaction;"],
    ["SELECT 'look -- up', '-- Down Migration';"],
    ["-- No transaction is needed for what is one statement"],
  ])("are not seen in what merely has their words: %s", (line) => {
    expect(problemsOf(lines("-- Why it is needed", "-- Up Migration", line))).toEqual([]);
  });
});

describe("statements that end the transaction", () => {
  test.each([
    ["COMMIT"],
    ["BEGIN"],
    ["ROLLBACK"],
    ["ABORT"],
    ["START TRANSACTION"],
    ["END"],
    ["END WORK"],
    ["PREPARE TRANSACTION 'a'"],
    ["-- x\rCOMMIT"],
  ])("are refused: %j", (statement) => {
    const [word = ""] = /[A-Z]+( TRANSACTION)?/.exec(statement) ?? [];
    expect(problemsOf(lines("-- Up Migration", `CREATE TABLE a ();${statement}; SELECT 1/0;`))).toEqual([
      expect.stringContaining(`leave out ${word} (line 2). The transaction is begun and ended for it`),
    ]);
  });

  test("are all told, with their lines, on both ways", () => {
    const text = lines("-- Up Migration", "begin;", "SELECT 1;", "END", "-- Down Migration", "commit");
    expect(problemsOf(text)).toEqual([
      expect.stringContaining("leave out BEGIN (line 2), END (line 4), COMMIT (line 6)."),
    ]);
  });

  test.each([
    ["SELECT CASE WHEN true THEN 1 END;"],
    ["SELECT 1 AS\nEND;"],
    ["DO $$ BEGIN PERFORM 1; END $$;"],
    ["SELECT 'x; COMMIT;'; -- COMMIT;"],
    ["SAVEPOINT s; ROLLBACK TO s; ROLLBACK WORK TO SAVEPOINT s;"],
    ["CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;"],
    ["CREATE PROCEDURE p() BEGIN ATOMIC END;"],
  ])("are not seen in %j", (sql) => {
    expect(problemsOf(lines("-- Up Migration", sql))).toEqual([]);
  });

  test("are seen after the body of a function", () => {
    const text = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;\nEND;";
    expect(problemsOf(lines("-- Up Migration", text))).toEqual([expect.stringContaining("leave out END (line 3).")]);
  });
});

test("a function with a body of its own is one statement", () => {
  const sql = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;";
  expect(problemsOf(lines("-- Up Migration", "-- No Transaction", sql))).toEqual([]);
  expect(problemsOf(lines("-- Up Migration", "-- No Transaction", sql, "SELECT 1;"))).toEqual([
    "without a transaction it takes one statement each way. Put the others into files of their own.",
  ]);
});

test("every problem of a file is told at once", () => {
  const text = lines(
    "--Up Migration",
    "--No Transaction",
    "SELECT 1; COMMIT;",
    "-- Down Migration",
    "-- down migration",
  );
  expect(problemsOf(text)).toEqual([
    inexact(1, "-- Up Migration"),
    inexact(2, "-- No Transaction"),
    inexact(5, "-- Down Migration"),
    expect.stringContaining("leave out COMMIT (line 3)."),
    expect.stringContaining("without a transaction it takes one statement"),
  ]);
});
