import { CloudFrontClient, ListOriginAccessControlsCommand } from "@aws-sdk/client-cloudfront";
import { lookSettings } from "../../shared/aws/client-settings";

/** CloudFront has one region for the whole world. */
const REGION = "us-east-1";

/**
 * Ids of CloudFront's origin access controls of one name. They have no tags, and Terraform has no data source
 * that lists them.
 *
 * @param name - unique in an account; the emulator takes it twice
 * @param env - environment with the caller's AWS settings
 */
export async function findOriginAccessControls(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const client = new CloudFrontClient(lookSettings(REGION, env));
  const ids: string[] = [];
  let marker: string | undefined;
  do {
    const { OriginAccessControlList: page } = await client.send(
      new ListOriginAccessControlsCommand({ Marker: marker }),
    );
    ids.push(...(page?.Items ?? []).flatMap(({ Id: id, Name: found }) => (found === name && id ? [id] : [])));
    marker = page?.NextMarker;
  } while (marker !== undefined && marker !== "");
  return ids;
}
