import type { AwsAccount } from "../../../src/shared/aws-account";
import { clientSettings, lookSettings, type ClientSettings, type LookSettings } from "./client-settings";
import { explain } from "./errors";
import type { Finding } from "./finding";

/** The region of global services: CloudFront, Cost Explorer, and the tags of both. */
export const GLOBAL_REGION = "us-east-1";

/** A client of the SDK, such as `S3Client`. */
type ClientClass<Settings, Client> = new (settings: Settings) => Client;

/**
 * Access to AWS as one caller: account and region of the configuration, endpoint and credentials of an environment.
 * Create it once per command and pass it on. It keeps its clients.
 */
export class AwsSession {
  readonly #clients = new Map<string, unknown>();

  /**
   * @param account - account and region of the configuration
   * @param env - environment that Terraform gets too, so that both talk to the same AWS
   */
  public constructor(
    public readonly account: AwsAccount,
    public readonly env: NodeJS.ProcessEnv,
  ) {}

  /**
   * A client with the SDK's own time-outs.
   *
   * @param region - @default - the configuration's
   */
  public client<Client>(Class: ClientClass<ClientSettings, Client>, region = this.account.region): Client {
    return this.#kept(`${Class.name} ${region}`, () => new Class(clientSettings(region, this.env)));
  }

  /**
   * A client with short time-outs, for a person who waits.
   *
   * @param region - @default - the configuration's
   */
  public lookClient<Client>(Class: ClientClass<LookSettings, Client>, region = this.account.region): Client {
    return this.#kept(`look ${Class.name} ${region}`, () => new Class(lookSettings(region, this.env)));
  }

  /** What a failed call of one of the clients means. @see explain */
  public explain(error: unknown): Pick<Finding, "detail" | "remedy"> {
    return explain(error, this.env);
  }

  #kept<Client>(key: string, create: () => Client): Client {
    const client = this.#clients.get(key) ?? create();
    this.#clients.set(key, client);
    return client as Client;
  }
}
