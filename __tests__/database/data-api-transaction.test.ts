import { runScript } from "../../tools/operate/database/script";
import type { ErrorName } from "../helpers/data-api-faults";
import { dataApiStage, failureOf } from "./data-api-stage";

const { endpoint, direct, session, notes, operations } = dataApiStage();

describe("a transaction", () => {
  test("that its own commit refuses is not kept", async () => {
    await direct().query(
      "CREATE TABLE pairs (id int PRIMARY KEY, other int REFERENCES pairs DEFERRABLE INITIALLY DEFERRED)",
    );
    const failure = await failureOf(runScript(session(), "INSERT INTO pairs VALUES (1, 2)"));
    expect(failure).toContain("The transaction was not committed.");
    expect(failure).toContain("SQLState: 23503");
    expect((await direct().query("SELECT FROM pairs")).rows).toEqual([]);
  });

  test.each<[ErrorName, string]>([
    ["AccessDeniedException", "The transaction was not committed."],
    ["StatementTimeoutException", "The transaction may or may not have been committed"],
    ["InternalServerErrorException", "The transaction may or may not have been committed"],
    ["ServiceUnavailableError", "The transaction may or may not have been committed"],
  ])("whose commit is answered with %s", async (name, meaning) => {
    endpoint().refuseNext("commit", name, "words of the service");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"))).toContain(meaning);
  });

  test("that was idle for too long is reported", async () => {
    const ours = session();
    await ours.execute("INSERT INTO notes VALUES (1)");
    await endpoint().expireTransactions();
    expect(await failureOf(ours.execute("INSERT INTO notes VALUES (2)"))).toContain("after three idle minutes");
    expect(ours.transaction).toBe("failed");
    await ours.rollback();
    await ours.execute("INSERT INTO notes VALUES (3)");
    await ours.commit();
    expect(await notes()).toEqual([3]);
  });

  test("that failed accepts nothing before it is rolled back, so that no COMMIT keeps a part", async () => {
    const ours = session();
    await ours.execute("INSERT INTO notes VALUES (1)");
    await failureOf(ours.execute("SELEC"));
    expect(await failureOf(ours.execute("INSERT INTO notes VALUES (2)"))).toContain("End it with ROLLBACK");
    expect(await failureOf(ours.execute("COMMIT"))).toBe("The transaction has failed; nothing was committed.");
    expect(ours.transaction).toBe("none");
    expect(await failureOf(ours.execute("COMMIT"))).toContain("there is nothing to commit");
    expect(await failureOf(ours.execute("BEGIN ISOLATION LEVEL SERIALIZABLE"))).toContain("SET TRANSACTION");
    expect(await failureOf(ours.execute("INSERT INTO notes VALUES (3)"))).toContain("has failed");
    expect(await notes()).toEqual([]);
  });
});

describe("an answer that is lost", () => {
  test("of a statement rolls everything back; the statement is not sent again", async () => {
    endpoint().loseNextAnswer("execute");
    const failure = await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"));
    expect(failure).toContain("nothing was committed");
    expect(failure).toContain("The Data API gave no result");
    expect(await notes()).toEqual([]);
    expect(operations()).toEqual(["begin", "execute", "rollback"]);
  });

  test("of the commit leaves open what is kept", async () => {
    endpoint().loseNextAnswer("commit");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"))).toContain(
      "The transaction may or may not have been committed: check before you repeat it.",
    );
    expect(await notes()).toEqual([1]);
    expect(operations()).toEqual(["begin", "execute", "commit"]);
  });

  test("of a rollback is reported, and nothing is kept", async () => {
    endpoint().loseNextAnswer("rollback");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1); SELECT 1 / 0"))).toContain(
      "The rollback was not confirmed. The transaction is rolled back after three idle minutes",
    );
    expect(await notes()).toEqual([]);
  });

  test("of the beginning means that nothing was done", async () => {
    endpoint().loseNextAnswer("begin");
    expect(await failureOf(runScript(session(), "INSERT INTO notes VALUES (1)"))).toContain(
      "Nothing was done: no transaction began.",
    );
    expect(operations()).toEqual(["begin"]);
  });
});

describe("a database that pauses", () => {
  test("is waited for", async () => {
    endpoint().sleep(2);
    const pauses: number[] = [];
    const reasons: string[] = [];
    await runScript(
      session({
        pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
        onWait: (reason) => reasons.push(reason),
      }),
      "INSERT INTO notes VALUES (1)",
    );
    expect(await notes()).toEqual([1]);
    expect(operations()).toEqual(["begin", "begin", "begin", "execute", "commit"]);
    expect(pauses).toEqual([5000, 5000]);
    expect(reasons).toEqual([expect.stringContaining("resuming after being auto-paused")]);
  });

  test("is abandoned in the end", async () => {
    endpoint().sleep(1000);
    const pauses: number[] = [];
    const ours = session({
      patienceMs: 20_000,
      pause: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
    });
    expect(await failureOf(runScript(ours, "SELECT 1"))).toContain(
      "Nothing was done: the database did not wake in 20 seconds.",
    );
    expect(pauses).toHaveLength(4);
    expect(operations()).toEqual(Array(5).fill("begin"));
  });
});
