import * as z from "zod/mini";
import { LOG_RETENTION_DAYS } from "../constructs/observability/limits";
import { FOUNDATION_STACK, lengthProblem, stackName } from "./names";
import { alarms, api } from "./schema/api";
import { database } from "./schema/database";
import { choice, decimal, flag, rule, rules, section, text, type Problem } from "./schema/field";
import { apiFunction, migrateFunction } from "./schema/function";
import { network } from "./schema/network";
import { accountOf, people } from "./schema/people";
import { storage } from "./schema/storage";

/** The account, and the region in it, of all environments. */
const account = section({
  /** Twelve digits. */
  id: text({
    rule: "an AWS account number, twelve digits",
    pattern: /^\d{12}$/,
    source: "owner",
    reason: "One account for all environments; the one of the handover's default ARNs",
  }),
  /** Region of all resources, such as `ap-south-1`. */
  region: text({
    rule: "an AWS region, such as ap-south-1",
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    source: "handover",
    reason: "Region",
  }),
});

const fields = section({
  /** `Env` of the handover: the `{env}` of every name, tag and stage. Lower-case letters and digits. */
  name: text({
    rule: "lower-case letters and digits, a letter first; it becomes part of every name",
    pattern: /^[a-z][a-z0-9]*$/,
    find: (name) =>
      stackName(name) === FOUNDATION_STACK
        ? `the stack ${FOUNDATION_STACK} holds what exists once per account; choose another name`
        : lengthProblem(name),
    source: "handover",
    reason: "`Env`",
  }),
  /** The account and region that the environment is in. */
  account,
  /**
   * True where data must survive a mistake: `prevent_destroy` on every type of `PROTECTED_TYPES`, deletion
   * protection, a 30-day secret recovery window, buckets that are not emptied. False where an environment is
   * created and thrown away.
   */
  protectData: flag({
    source: "owner",
    reason: "Data that customers need is protected; data of daily work is disposable",
  }),
  ...people,
  /** `MonthlyBudgetAmount`: monthly budget of this environment, in USD. */
  monthlyBudgetAmount: decimal({
    rule: "an amount in USD greater than 0",
    isRight: (amount) => amount > 0,
    unit: "USD per month",
    default: 30,
    source: "owner",
    reason:
      "`MonthlyBudgetAmount`: the handover's default where data is disposable, the owner's amount where it is protected",
  }),
  /** Retention of every log group, in days. One of the values that CloudWatch Logs accepts. */
  logRetentionDays: choice(LOG_RETENTION_DAYS, {
    unit: "days",
    source: "owner",
    reason: "Two weeks of debugging where data is disposable, a quarter where it is protected",
  }),
  /** Address range, zones and endpoints. */
  network,
  /** Version, capacity, backups and credentials of the Aurora cluster. */
  database,
  /** Lifecycle of the buckets, reach of the CDN. */
  storage,
  /** Package and size of the function behind the API. */
  function: apiFunction,
  /** Package and size of the function that migrates the database. */
  migrateFunction,
  /** Limits and logs of the API. */
  api,
  /** When the alarms fire. */
  alarms,
});

type Fields = z.infer<typeof fields>;

/** One environment: every field, its type, rule, unit, reason and source, and the rules that fields share. */
export const environmentSchema = fields.check(
  rule<Fields>(
    ["alarms.auroraCapacity", "database.maxCapacity"],
    ({ alarms: { auroraCapacity }, database: { maxCapacity } }) =>
      auroraCapacity > maxCapacity
        ? `write a capacity above 0 and at most database.maxCapacity ${String(maxCapacity)}, or the alarm can never fire`
        : undefined,
  ),
);

const configuration = section({
  account,
  environments: z
    .array(environmentSchema, "write a list of environments, in square brackets")
    .check(z.minLength(1, "there is no environment; add at least one to the list")),
});

/** The whole configuration: all environments, and the account that they share. */
export const configurationSchema = configuration.check(
  rules<z.infer<typeof configuration>>(["account"], ({ account: shared, environments }) => {
    const all = z.catch(z.array(identity), []).parse(environments);
    return all.flatMap((each, index) =>
      strangers(each, all.slice(0, index), shared).map(({ path, message }) => ({
        path: ["environments", index, ...path],
        message,
      })),
    );
  }),
);

const lenient = z.catch(z.string(), "");

/** What an environment has in common with the others, or must not have. What is wrong by itself is empty. */
const identity = z.catch(
  z.object({
    name: lenient,
    account: z.catch(z.object({ id: lenient, region: lenient }), { id: "", region: "" }),
    keyAdminArn: lenient,
    lambdaExecutionRoleArn: lenient,
    secretReaderArns: z.catch(z.array(lenient), []),
  }),
  { name: "", account: { id: "", region: "" }, keyAdminArn: "", lambdaExecutionRoleArn: "", secretReaderArns: [] },
);

type Identity = z.infer<typeof identity>;

/** What of an environment does not fit the account, or the environments before it. */
function strangers(config: Identity, before: readonly Identity[], { id, region }: Identity["account"]): Problem[] {
  const principals: [path: Problem["path"], arn: string][] = [
    [["keyAdminArn"], config.keyAdminArn],
    [["lambdaExecutionRoleArn"], config.lambdaExecutionRoleArn],
    ...config.secretReaderArns.map((arn, index): [Problem["path"], string] => [["secretReaderArns", index], arn]),
  ];
  const differs = (found: string | undefined, wanted: string): boolean => Boolean(found) && found !== wanted;
  const problems: [applies: boolean, path: Problem["path"], message: string][] = [
    [
      config.name !== "" && before.some(({ name }) => name === config.name),
      ["name"],
      "another environment has this name; names and state would collide",
    ],
    [
      differs(config.account.id, id),
      ["account", "id"],
      `all environments are in one account, ${id} (src/config/account.ts)`,
    ],
    [
      differs(config.account.region, region),
      ["account", "region"],
      `all environments are in ${region} (src/config/account.ts)`,
    ],
    ...principals.map(([path, arn]): [boolean, Problem["path"], string] => [
      differs(accountOf(arn), id),
      path,
      `it belongs to account ${accountOf(arn) ?? ""}; all environments are in ${id}`,
    ]),
  ];
  return problems.flatMap(([applies, path, message]) => (applies ? [{ path, message }] : []));
}

/**
 * Everything that may differ between two environments. Plain data: no field is computed, none is optional, and
 * nothing outside `environments.ts` decides by an environment's name.
 *
 * Fields that the handover has as SAM parameters carry the parameter's name. `docs/configuration.md` lists every
 * field with its value per environment, its rule and the reason.
 */
export type EnvironmentConfig = DeepReadonly<Fields>;

/** The VPC, and how it reaches AWS's services. */
export type NetworkConfig = EnvironmentConfig["network"];

/** Aurora PostgreSQL, Serverless v2. */
export type DatabaseConfig = EnvironmentConfig["database"];

/** The two buckets, and the CDN in front of one of them. */
export type StorageConfig = EnvironmentConfig["storage"];

/** A function: what runs, and how large. */
export type FunctionConfig = EnvironmentConfig["function"];

/** The REST API's limits and logs. */
export type ApiConfig = EnvironmentConfig["api"];

/** When the alarms fire: at the threshold and above. */
export type AlarmConfig = EnvironmentConfig["alarms"];

type DeepReadonly<T> = T extends readonly (infer Entry)[]
  ? readonly Entry[]
  : T extends object
    ? { readonly [Field in keyof T]: DeepReadonly<T[Field]> }
    : T;
