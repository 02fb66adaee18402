import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { Construct } from "constructs";
import { ACCOUNT, environments } from "../fixtures/environments";
import { EnvironmentStack } from "../../src/stacks/environment-stack";
import { FoundationStack } from "../../src/stacks/foundation-stack";
import { PhaseAStack } from "../../src/stacks/phase-a-stack";
import { constructTemplate } from "../helpers/template";
import { testApp } from "../helpers/app";

test("an address is the ids on the path, without Resource", () => {
  const template = constructTemplate((scope) => {
    const area = new Construct(scope, "Alarms");
    new SnsTopic(area, "Resource", { name: "main" });
    new SnsTopic(area, "Second-a", { name: "second" });
  });
  expect(template.addresses).toEqual(["aws_sns_topic.Alarms", "aws_sns_topic.Alarms_Second-a"]);
});

test("an id with an underscore is refused, since two addresses could then be the same", () => {
  expect(() =>
    constructTemplate((scope) => {
      new SnsTopic(scope, "Two_Words", { name: "main" });
    }),
  ).toThrow('Construct id "Two_Words"');
});

test("a reference to another stack is refused by name", () => {
  const app = testApp();
  const first = new PhaseAStack(app, { account: ACCOUNT, name: "first", protectData: false });
  const second = new PhaseAStack(app, { account: ACCOUNT, name: "second", protectData: false });
  const topic = new SnsTopic(first, "Topic", { name: "main" });
  new SnsTopicPolicy(second, "Policy", { arn: topic.arn, policy: "{}" });
  expect(() => {
    second.refuseCrossStackReferences();
  }).toThrow(/Another stack refers to .*aws_sns_topic\.Topic.* of aleenascuisine-first/);
});

test("no stack of the project refers to another one", () => {
  const app = testApp();
  const stacks = [
    new FoundationStack(app, ACCOUNT),
    ...environments.map((config) => new EnvironmentStack(app, config)),
  ];
  for (const stack of stacks) {
    expect(() => {
      stack.refuseCrossStackReferences();
    }).not.toThrow();
  }
});
