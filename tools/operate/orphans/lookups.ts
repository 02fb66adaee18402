import {
  APIGatewayClient,
  GetDeploymentsCommand,
  GetStagesCommand,
  paginateGetResources,
} from "@aws-sdk/client-api-gateway";
import {
  DescribeSecretCommand,
  SecretsManagerClient,
  type DescribeSecretResponse,
} from "@aws-sdk/client-secrets-manager";
import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import type { AwsAccount } from "../../../src/shared/aws-account";
import { lookSettings } from "../../shared/aws/client-settings";
import { isNamed } from "../../shared/aws/errors";
import type { LookupName, ResolvedArguments } from "./import-ids";
import { findOriginAccessControls } from "./origin-access-controls";

/** What AWS answers where there is nothing of that name. */
const NOT_FOUND = ["NotFoundException", "ResourceNotFoundException"];

/** What SNS gives in place of an ARN. @see https://docs.aws.amazon.com/sns/latest/api/API_Subscription.html */
const UNCONFIRMED = "PendingConfirmation";

/** What a look found. */
export interface Found {
  /** What Terraform imports it by. More than one: AWS has it more than once. */
  readonly ids: readonly string[];
  /** Set where something stands that cannot be imported: what happens instead. @default - all can */
  readonly instead?: string;
}

/** Looks at AWS for what has neither tags nor an id that is made of names. They change nothing. */
export class Lookups {
  readonly #api: APIGatewayClient;
  readonly #secrets: SecretsManagerClient;
  readonly #topics: SNSClient;

  /**
   * @param account - whose region is looked at
   * @param env - environment with the caller's AWS settings
   */
  public constructor(
    { region }: AwsAccount,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    const settings = lookSettings(region, env);
    this.#api = new APIGatewayClient(settings);
    this.#secrets = new SecretsManagerClient(settings);
    this.#topics = new SNSClient(settings);
  }

  /**
   * Finds what stands for a resource.
   *
   * @param lookup - how it is found
   * @param argument - the resource's arguments; none is found where one that is needed is unknown
   */
  public async find(lookup: LookupName, argument: ResolvedArguments): Promise<Found> {
    try {
      return await this.#by(lookup, argument);
    } catch (error) {
      if (NOT_FOUND.some((name) => isNamed(error, name))) {
        return { ids: [] };
      }
      throw error;
    }
  }

  /**
   * The resource `/` of an API, which API Gateway makes with it.
   *
   * @param api - id of the API
   */
  public async rootResource(api: string): Promise<string | undefined> {
    return (await this.#resources(api)).find(({ path }) => path === "/")?.id;
  }

  async #by(lookup: LookupName, argument: ResolvedArguments): Promise<Found> {
    switch (lookup) {
      case "apiDeployment":
        return { ids: await this.#deployment(argument("rest_api_id")) };
      case "apiResource":
        return { ids: await this.#resource(argument("rest_api_id"), argument("parent_id"), argument("path_part")) };
      case "originAccessControl":
        return { ids: await findOriginAccessControls(argument("name") ?? "", this.env) };
      case "secret":
        return this.#secret(argument("name"));
      case "secretVersion":
        return this.#secretVersion(argument("secret_id"));
      case "subscription":
        return this.#subscription(argument("topic_arn"), argument("protocol"), argument("endpoint"));
    }
  }

  /** The deployment that a stage serves, else the newest. The others are history that nothing refers to. */
  async #deployment(api: string | undefined): Promise<string[]> {
    if (api === undefined) {
      return [];
    }
    const { item: stages = [] } = await this.#api.send(new GetStagesCommand({ restApiId: api }));
    const { items = [] } = await this.#api.send(new GetDeploymentsCommand({ restApiId: api, limit: 500 }));
    const newest = items.toSorted((a, b) => Number(b.createdDate) - Number(a.createdDate))[0]?.id;
    const deployment = stages[0]?.deploymentId ?? newest;
    return deployment === undefined ? [] : [`${api}/${deployment}`];
  }

  async #resource(api: string | undefined, parent: string | undefined, part: string | undefined): Promise<string[]> {
    if (api === undefined || parent === undefined) {
      return [];
    }
    const found = (await this.#resources(api)).filter(
      ({ parentId, pathPart }) => parentId === parent && pathPart === part,
    );
    return found.map(({ id = "" }) => `${api}/${id}`);
  }

  async #resources(api: string): Promise<{ id?: string; path?: string; parentId?: string; pathPart?: string }[]> {
    const resources = [];
    for await (const { items = [] } of paginateGetResources({ client: this.#api }, { restApiId: api, limit: 500 })) {
      resources.push(...items);
    }
    return resources;
  }

  async #secret(name: string | undefined): Promise<Found> {
    const { ARN: arn, DeletedDate: deleted } = await this.#describeSecret(name);
    if (arn === undefined) {
      return { ids: [] };
    }
    return deleted === undefined
      ? { ids: [arn] }
      : {
          ids: [],
          instead: `it is being deleted, and its name is taken until then: aws secretsmanager restore-secret --secret-id ${arn}, and run this again`,
        };
  }

  /** Terraform replaces an imported version, because it cannot read what it wrote: nothing is won by importing it. */
  async #secretVersion(secret: string | undefined): Promise<Found> {
    const { VersionIdsToStages: versions = {} } = await this.#describeSecret(secret);
    return Object.keys(versions).length === 0
      ? { ids: [] }
      : {
          ids: [],
          instead:
            "the next apply writes a new version, with a new password that it gives to the cluster in the same run; the one that stands becomes the previous one",
        };
  }

  async #describeSecret(id: string | undefined): Promise<DescribeSecretResponse> {
    return id === undefined ? {} : this.#secrets.send(new DescribeSecretCommand({ SecretId: id }));
  }

  async #subscription(
    topic: string | undefined,
    protocol: string | undefined,
    endpoint: string | undefined,
  ): Promise<Found> {
    if (topic === undefined) {
      return { ids: [] };
    }
    for await (const { Subscriptions: page = [] } of paginateListSubscriptionsByTopic(
      { client: this.#topics },
      { TopicArn: topic },
    )) {
      const match = page.find(({ Protocol, Endpoint }) => Protocol === protocol && Endpoint === endpoint);
      if (match?.SubscriptionArn === UNCONFIRMED) {
        return {
          ids: [],
          instead: "nobody has confirmed it, and AWS gives it an ARN only then; the next apply asks again",
        };
      }
      if (match?.SubscriptionArn !== undefined) {
        return { ids: [match.SubscriptionArn] };
      }
    }
    return { ids: [] };
  }
}
