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
import { isNamed } from "../../shared/aws/errors";
import type { AwsSession } from "../../shared/aws/session";
import { PENDING_SUBSCRIPTION } from "../../shared/aws/subscription";
import type { LookupName, ResolvedArguments } from "./import-ids";
import { findOriginAccessControls } from "./origin-access-controls";

/** AWS's errors for a name that does not exist. */
const NOT_FOUND = ["NotFoundException", "ResourceNotFoundException"];

/** What a lookup found. */
export interface Found {
  /** Import ids; more than one if several objects match. */
  readonly ids: readonly string[];
  /** For something that exists and cannot be imported: what happens instead. @default - it can be imported */
  readonly instead?: string;
}

/** Finds AWS objects that have neither tags nor an id that consists of names. Changes nothing. */
export class Lookups {
  readonly #api: APIGatewayClient;
  readonly #secrets: SecretsManagerClient;
  readonly #topics: SNSClient;

  public constructor(private readonly session: AwsSession) {
    this.#api = session.lookClient(APIGatewayClient);
    this.#secrets = session.lookClient(SecretsManagerClient);
    this.#topics = session.lookClient(SNSClient);
  }

  /**
   * Finds the AWS object of a resource.
   *
   * @param lookup - how to find it
   * @param argument - the resource's arguments; nothing is found if a needed one is unknown
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
   * The resource `/` of an API, which API Gateway creates with it.
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
        return { ids: await findOriginAccessControls(argument("name") ?? "", this.session) };
      case "secret":
        return this.#secret(argument("name"));
      case "secretVersion":
        return this.#secretVersion(argument("secret_id"));
      case "subscription":
        return this.#subscription(argument("topic_arn"), argument("protocol"), argument("endpoint"));
    }
  }

  /** The deployment that a stage serves, otherwise the newest. Nothing refers to the others. */
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
          instead: `it is scheduled for deletion, and its name is taken until then: aws secretsmanager restore-secret --secret-id ${arn}, and run this again`,
        };
  }

  /** Importing a version is useless: Terraform cannot read a write-only value, and would replace the version. */
  async #secretVersion(secret: string | undefined): Promise<Found> {
    const { VersionIdsToStages: versions = {} } = await this.#describeSecret(secret);
    return Object.keys(versions).length === 0
      ? { ids: [] }
      : {
          ids: [],
          instead:
            "the next apply writes a new version, with a new password that it also sets on the cluster; the existing version becomes the previous one",
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
      if (match?.SubscriptionArn === PENDING_SUBSCRIPTION) {
        return {
          ids: [],
          instead: "it has no ARN until it is confirmed; the next apply sends the mail again",
        };
      }
      if (match?.SubscriptionArn !== undefined) {
        return { ids: [match.SubscriptionArn] };
      }
    }
    return { ids: [] };
  }
}
