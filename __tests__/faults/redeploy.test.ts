import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import { zipSync } from "fflate";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { disposable as dev } from "../helpers/live-environments";
import type { Terraform } from "../../tools/shared/terraform/terraform";
import type { Review } from "../../tools/operate/review/review";
import { describeWith } from "../end-to-end/describe-with";
import { temporaryFolder } from "../helpers/temporary-folder";
import { applyChanged, changesOf, planChange, type Applied } from "./fixtures/plan-mutation";
import { prepareStage, type Stage } from "./stage";

/** Exit codes of `npm run plan`. */
const NO_CHANGES = 0;
const CHANGES = 2;

describeWith(["terraform", "emulator"], "a redeploy", () => {
  const folder = temporaryFolder("redeploy");
  let stage: Stage;
  let terraform: Terraform;
  let applied: Applied;

  /** An older handler is deployed first, so that the current sources are the change. */
  beforeAll(async () => {
    stage = await prepareStage([dev], folder);
    terraform = await stage.terraform(dev);
    applied = { config: dev, env: stage.env, folder: terraform.folder };
    const artifact = join(folder, "older", "app.zip");
    mkdirSync(join(folder, "older"));
    writeFileSync(
      artifact,
      zipSync({ "index.js": Buffer.from("exports.handler = async () => ({ statusCode: 200 });") }),
    );
    await applyChanged(applied, { config: (config) => ({ ...config, function: { ...config.function, artifact } }) });
  });

  afterAll(async () => {
    await stage.emulator.stop();
  });

  async function plan(): Promise<{ code: number; review: Review }> {
    const { code, stdout } = await stage.tool("plan", [dev.name, "--format", "json"]);
    return { code, review: JSON.parse(stdout) as Review };
  }

  async function liveVersion(): Promise<unknown> {
    return (await terraform.stateOf("aws_lambda_alias.AppFunction_Alias")).function_version;
  }

  test("of another handler changes the function's version and the alias, and nothing else", async () => {
    expect(await liveVersion()).toBe("1");
    const { code, review } = await plan();
    expect(code).toBe(CHANGES);
    expect(changesOf(review)).toEqual([
      "aws_lambda_alias.AppFunction_Alias: update",
      "aws_lambda_function.AppFunction: update",
    ]);
    expect(review.outputs).toEqual([]);
    const paths = review.areas
      .flatMap(({ changes }) => changes.flatMap(({ attributes }) => attributes))
      .map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["function_version", "source_code_hash", "version"]));

    const { code: applyCode } = await stage.tool("apply", [dev.name]);
    expect(applyCode).toBe(0);
    expect(await liveVersion()).toBe("2");
  });

  test("of nothing plans nothing", async () => {
    const { code, review } = await plan();
    expect(code).toBe(NO_CHANGES);
    expect(changesOf(review)).toEqual([]);
    expect([review.outputs, review.drift]).toEqual([[], []]);
  });

  test("of a gateway response changes the deployment and the stage, and nothing else", async () => {
    const { review } = await planChange(applied, {
      stack: (stack) => {
        const response = stack.node.findChild("ServerlessRestApi").node.findChild("DEFAULT-4XX");
        if (!(response instanceof ApiGatewayGatewayResponse)) {
          throw new Error("DEFAULT-4XX is no gateway response");
        }
        response.responseTemplates = { "application/json": '{"message":$context.error.messageString,"shop":true}' };
      },
    });
    expect(changesOf(review)).toEqual([
      "aws_api_gateway_deployment.ServerlessRestApi_Deployment: replace",
      "aws_api_gateway_gateway_response.ServerlessRestApi_DEFAULT-4XX: update",
      "aws_api_gateway_stage.ApiStage: update",
    ]);
    expect(review.outputs).toEqual([]);
    expect(review.gate.refusals).toEqual([]);
  });
});
