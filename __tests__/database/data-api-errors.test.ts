import { runScript } from "../../tools/operate/database/script";
import { ERROR_STATUS, type ErrorName } from "../helpers/data-api-faults";
import { CLUSTER, dataApiStage, failureOf, SECRET, SECRET_KEY } from "./data-api-stage";

const { endpoint, restart, session, operations } = dataApiStage();

describe("what the Data API refuses is reported, with what to do", () => {
  test.each<[ErrorName, string]>([
    ["AccessDeniedException", `rds-data:ExecuteStatement, rds-data:CommitTransaction`],
    ["BadRequestException", "BadRequestException: words of the service"],
    ["DatabaseErrorException", "DatabaseErrorException: words of the service"],
    ["DatabaseNotFoundException", `${CLUSTER} has no instance`],
    ["DatabaseResumingException", "run it again in a few minutes"],
    ["DatabaseUnavailableException", "as in a failover"],
    ["ForbiddenException", `secretsmanager:GetSecretValue of ${SECRET}, whose policy`],
    ["HttpEndpointNotEnabledException", `The Data API is off for ${CLUSTER}`],
    ["InternalServerErrorException", "run it again in a few minutes"],
    ["InvalidResourceStateException", "it must be available"],
    ["InvalidSecretException", `${SECRET} must contain`],
    ["NotFoundException", `Check that ${CLUSTER} and ${SECRET} exist`],
    ["SecretsErrorException", "secretReaderArns"],
    ["ServiceUnavailableError", "run it again in a few minutes"],
    ["StatementTimeoutException", "45 seconds"],
    ["TransactionNotFoundException", "three idle minutes"],
    ["UnsupportedResultException", "column::text"],
    ["ValidationException", "ValidationException: words of the service"],
  ])("%s", async (name, remedy) => {
    endpoint().refuseNext("execute", name, "words of the service");
    const failure = await failureOf(runScript(session(), "SELECT 'a customer'"));
    expect(failure).toContain("Statement 1 of 1 (line 1) failed");
    expect(failure).toContain(name);
    expect(failure).toContain(remedy);
    expect(failure).not.toContain(SECRET_KEY);
    expect(failure).not.toContain("a customer");
    expect(operations()).toEqual(["begin", "execute", "rollback"]);
  });

  test("by names that the SDK knows as well", async () => {
    const errors = Object.keys(await import("@aws-sdk/client-rds-data")).filter((name) =>
      /(Exception|Error)$/.test(name),
    );
    const known = errors.filter((name) => name !== "RDSDataServiceException");
    expect(Object.keys(ERROR_STATUS).filter((name) => name !== "ValidationException")).toEqual(known.sort());
  });

  test("a statement that takes too long", async () => {
    await restart(300);
    expect(await failureOf(session().execute("SELECT pg_sleep(60)::text"))).toContain("StatementTimeoutException");
  });

  test("several statements in a call", async () => {
    for (const sql of ["SELECT 1; SELECT 2", "COMMIT; SELECT 2"]) {
      expect(await failureOf(session().execute(sql))).toContain("Multistatements aren't supported");
    }
  });

  test("another cluster, another secret; the secret's name is as good as its ARN", async () => {
    expect(await failureOf(session({ clusterArn: `${CLUSTER}-other` }).begin())).toContain(
      "HttpEndpoint isn't enabled",
    );
    expect(await failureOf(session({ secretArn: `${SECRET}x` }).begin())).toContain("SecretsErrorException");
    expect((await session({ secretArn: "sample/db" }).execute("SELECT 1")).rows).toEqual([["1"]]);
  });

  test("an endpoint that is not there", async () => {
    await endpoint().close();
    const failure = await failureOf(runScript(session(), "SELECT 1"));
    expect(failure).toContain("Nothing was done: no transaction began.");
    expect(failure).toContain("ECONNREFUSED");
  });
});
