import { splitStatements, typedSql } from "../../tools/operate/database/statements";

describe("a script is split", () => {
  test("at the semicolons that are not quoted", async () => {
    const script = [
      "-- first; comment",
      "INSERT INTO t VALUES ('a;b', E'it\\'s;', \"odd;name\"); /* x; /* y; */ z; */",
      "DO $body$ BEGIN PERFORM 1; PERFORM $$;$$; END $body$;",
      "",
      "  WITH kept AS (SELECT 1) DELETE FROM t",
    ].join("\n");
    expect(await splitStatements(script)).toEqual([
      {
        text: "INSERT INTO t VALUES ('a;b', E'it\\'s;', \"odd;name\")",
        line: 2,
        command: "INSERT",
        control: undefined,
      },
      {
        text: "DO $body$ BEGIN PERFORM 1; PERFORM $$;$$; END $body$",
        line: 3,
        command: "DO",
        control: undefined,
      },
      { text: "WITH kept AS (SELECT 1) DELETE FROM t", line: 5, command: "DELETE", control: undefined },
    ]);
  });

  test("where characters take several bytes", async () => {
    const statements = await splitStatements("SELECT 'കേക്ക് 🎂; é';\nSELECT 'ü' AS \"ñ;\";\nSELECT 3;");
    expect(statements.map(({ text, line }) => [line, text])).toEqual([
      [1, "SELECT 'കേക്ക് 🎂; é'"],
      [2, "SELECT 'ü' AS \"ñ;\""],
      [3, "SELECT 3"],
    ]);
  });

  test("into nothing where it has no statement", async () => {
    expect(await splitStatements(" \n")).toEqual([]);
    expect(await splitStatements("-- nothing;\n;;")).toEqual([]);
  });

  test("and statements that affect the transaction are reported", async () => {
    const statements = await splitStatements(
      "BEGIN; START TRANSACTION; BEGIN READ ONLY; SAVEPOINT a; ROLLBACK TO a; RELEASE a; END; COMMIT; ABORT; ROLLBACK",
    );
    expect(statements.map(({ control }) => control)).toEqual([
      ...["begin", "begin", "begin with modes", undefined, undefined, undefined],
      ...["commit", "commit", "rollback", "rollback"],
    ]);
  });

  test.each([
    ["SELECT 1;\n\nSELEC 'é';", 'Line 3: syntax error at or near "SELEC".'],
    ["SELECT '🎂';\nSELECT 'never ends", 'Line 2: unterminated quoted string at or near "\'never ends".'],
    ["SELECT 1;\nSELECT $a$ x $b$;", 'Line 2: unterminated dollar-quoted string at or near "$a$ x $b$;".'],
  ])("unless PostgreSQL does not understand it: %j", async (script, message) => {
    await expect(splitStatements(script)).rejects.toThrow(message);
  });
});

describe("what is typed", () => {
  test.each([
    ["SELECT 1;"],
    ["SELECT ';' -- ;\n;"],
    ["SELECT 1; -- that is it"],
    ["SELECT a$b$c FROM t;"],
    ["SELECT E'\\';' ;"],
    ["SELECT '\\';"],
    ["SELEC;"],
    [";"],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;"],
  ])("is finished: %j", async (sql) => {
    expect(await typedSql(sql)).toBe("finished");
  });

  test.each([
    ["SELECT 1"],
    ["SELEC"],
    ["SELECT ';"],
    ["SELECT 'it''s;"],
    ["SELECT E'\\';"],
    ['SELECT ";'],
    ["SELECT 1 -- ;"],
    ["SELECT 1 /* ; /* */ ;"],
    ["DO $$ BEGIN PERFORM 1;"],
    ["DO $a$ SELECT $$;$$;"],
    ["SELECT 1; SELECT 2"],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1;"],
  ])("goes on: %j", async (sql) => {
    expect(await typedSql(sql)).toBe("unfinished");
  });

  test.each([[""], ["  \n"], ["-- ;"], ["/* ; */ "]])("is nothing: %j", async (sql) => {
    expect(await typedSql(sql)).toBe("nothing");
  });
});
