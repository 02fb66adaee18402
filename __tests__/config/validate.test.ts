import type { EnvironmentConfig } from "../../src/config/schema";
import { ACCOUNT, dev, prod } from "../fixtures/environments";
import { UserError } from "../../src/shared/user-error";
import { assertValid } from "../../src/config/validate";
import { accepts, changed, problemsOf, refuses } from "./changes";

/** What `assertValid` throws, or undefined. */
function failure(environments: readonly EnvironmentConfig[]): unknown {
  try {
    assertValid(environments, ACCOUNT);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("configurationProblems", () => {
  test("finds nothing wrong with dev and prod", () => {
    expect(problemsOf([dev, prod])).toEqual([]);
  });

  refuses([
    ["a name has capital letters", { name: "Dev" }, "name", "write lower-case letters and digits"],
    ["a name starts with a digit", { name: "2dev" }, "name", "a letter first"],
    ["a name has a hyphen", { name: "dev-eu" }, "name", "write lower-case letters and digits"],
    ["a name is the foundation's", { name: "foundation" }, "name", "what exists once per account; choose another name"],
    [
      "the account is another one",
      { account: { id: "111122223333" } },
      "account.id",
      "one account, 498192039865 (src/config/account.ts)",
    ],
    [
      "the region is another one",
      { account: { region: "eu-west-1" } },
      "account.region",
      "all environments are in ap-south-1",
    ],
  ]);

  accepts([["the longest name that AWS takes everywhere", { name: "e".repeat(34) }]]);

  test("fails once when a name is too long for several resources, and reports how long it may be", () => {
    const name = "e".repeat(41);
    expect(problemsOf([changed({ name })])).toEqual([
      `${name}: name is "${name}": use at most 34 characters: DB instance identifier "aleenascuisine-${name}-aurora-writer" has 70 characters, AWS accepts at most 63 (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html)`,
    ]);
  });

  test("fails when an environment has no name", () => {
    expect(problemsOf([changed({ name: "" })])).toEqual([
      'environments[0]: name is "": write lower-case letters and digits, a letter first; it becomes part of every name',
    ]);
  });

  test("fails once when two environments have one name", () => {
    expect(problemsOf([dev, changed({ name: "dev" }, prod)])).toEqual([
      'dev: name is "dev": another environment has this name; names and state would collide',
    ]);
  });
});

describe("a literal of another shape", () => {
  const written = (change: (literal: Record<string, unknown>) => void): string[] => {
    const literal = structuredClone(prod) as unknown as Record<string, unknown>;
    change(literal);
    return problemsOf([dev, literal as unknown as EnvironmentConfig]);
  };

  test("fails for each missing field and section, and checks the other environments all the same", () => {
    expect(
      written((literal) => {
        delete literal.protectData;
        delete literal.network;
        delete (literal.database as Record<string, unknown>).backupWindow;
      }),
    ).toEqual([
      "prod: protectData is missing: write true or false",
      "prod: network is missing: write a section with its fields",
      "prod: database.backupWindow is missing: write hh:mm-hh:mm in UTC, at least 30 minutes, such as 20:00-21:00",
    ]);
  });

  test("fails for a mistyped field, and for values of another type", () => {
    expect(
      written((literal) => {
        literal.alarmMail = "operator@example.com";
        literal.protectData = "no";
        literal.secretReaderArns = [7];
        literal.monthlyBudgetAmount = null;
        literal.name = 7;
        literal.storage = ["GLACIER"];
        literal.alarms = undefined;
      }),
    ).toEqual([
      "environments[1]: name is 7: write lower-case letters and digits, a letter first; it becomes part of every name",
      'environments[1]: protectData is "no": write true or false',
      "environments[1]: secretReaderArns[0] is 7: write an IAM ARN of the form arn:aws:iam::ACCOUNT:user/NAME or arn:aws:iam::ACCOUNT:role/NAME",
      "environments[1]: monthlyBudgetAmount is null: write an amount in USD greater than 0",
      'environments[1]: storage is ["GLACIER"]: write a section with its fields',
      "environments[1]: alarms is undefined: write a section with its fields",
      'environments[1]: alarmMail is "operator@example.com": there is no such field; remove it, or fix its name',
    ]);
  });

  test("fails for fields that every object inherits", () => {
    expect(
      written((literal) => {
        Object.assign(literal, { constructor: "prod" });
        Object.assign(literal.api as object, { toString: 1, hasOwnProperty: 2 });
      }),
    ).toEqual([
      "prod: api.toString is 1: there is no such field; remove it, or fix its name",
      "prod: api.hasOwnProperty is 2: there is no such field; remove it, or fix its name",
      'prod: constructor is "prod": there is no such field; remove it, or fix its name',
    ]);
  });

  test("checks rules that fields share although other fields are wrong", () => {
    expect(
      written((literal) => {
        delete literal.protectData;
        Object.assign(literal.database as object, { minCapacity: 4, backupWindow: "always", engineVersion: 17 });
        Object.assign(literal.alarms as object, { auroraCapacity: 3, lambdaErrors: 0 });
      }),
    ).toEqual([
      "prod: protectData is missing: write true or false",
      "prod: database.engineVersion is 17: write major.minor of Aurora PostgreSQL 13, 14, 15, 16, 17, such as 17.7",
      'prod: database.backupWindow is "always": write hh:mm-hh:mm in UTC, at least 30 minutes, such as 20:00-21:00',
      "prod: database.minCapacity is 4: it is above maxCapacity 2; lower it or raise maxCapacity",
      "prod: alarms.lambdaErrors is 0: write a whole number of at least 1",
      "prod: alarms.auroraCapacity is 3: write a capacity above 0 and at most database.maxCapacity 2, or the alarm can never fire",
    ]);
  });

  test.each<[string, unknown, string[]]>([
    ["an empty list", [], ["environments is []: there is no environment; add at least one to the list"]],
    ["no list", undefined, ["environments is undefined: write a list of environments, in square brackets"]],
    [
      "an environment that is not defined",
      [dev, undefined],
      ["environments[1] is undefined: write a section with its fields"],
    ],
    ["a text in place of an environment", ["dev", dev], ['environments[0] is "dev": write a section with its fields']],
    [
      "a list in place of an environment",
      [dev, [dev]],
      [expect.stringMatching(/^environments\[1\] is \[\{.*\}\]: write a section/) as string],
    ],
  ])("fails for %s", (_, environments, problems) => {
    expect(problemsOf(environments as readonly EnvironmentConfig[])).toEqual(problems);
  });
});

describe("assertValid", () => {
  test("accepts dev, prod and a third environment", () => {
    expect(failure([dev, prod, changed({ name: "staging" })])).toBeUndefined();
  });

  test("lists the problems of all environments at once, a line each", () => {
    const broken = [
      changed({ network: { zones: ["a"] }, function: { timeoutSeconds: 30 } }),
      changed({ apiAllowedOrigin: "https://app.aleenascuisine.com/", logRetentionDays: 10 }, prod),
    ];
    expect(failure(broken)).toStrictEqual(
      new UserError(
        [
          "The configuration has 4 problems; nothing was synthesized.",
          '  - dev: network.zones is ["a"]: write at least two of a, b, c: Aurora needs subnets in two zones',
          "  - dev: function.timeoutSeconds is 30: write a whole number from 1 to 29",
          '  - prod: apiAllowedOrigin is "https://app.aleenascuisine.com/": an origin has no path and no trailing slash; write "https://app.aleenascuisine.com"',
          "  - prod: logRetentionDays is 10: write one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
          "Environments are in src/config/environments.ts, each field is explained in docs/configuration.md.",
        ].join("\n"),
      ),
    );
  });

  test("shows a number that JSON does not know as it was written", () => {
    expect(problemsOf([changed({ monthlyBudgetAmount: Number.NaN })])).toEqual([
      "dev: monthlyBudgetAmount is NaN: write an amount in USD greater than 0",
    ]);
  });

  test("counts one problem in the singular", () => {
    expect(failure([dev, changed({ monthlyBudgetAmount: 0 }, prod)])).toStrictEqual(
      new UserError(
        [
          "The configuration has a problem; nothing was synthesized.",
          "  - prod: monthlyBudgetAmount is 0: write an amount in USD greater than 0",
          "Environments are in src/config/environments.ts, each field is explained in docs/configuration.md.",
        ].join("\n"),
      ),
    );
  });
});
