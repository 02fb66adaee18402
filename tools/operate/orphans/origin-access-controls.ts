import { CloudFrontClient, ListOriginAccessControlsCommand } from "@aws-sdk/client-cloudfront";
import { GLOBAL_REGION, type AwsSession } from "../../shared/aws/session";

/**
 * Ids of CloudFront's origin access controls with one name. They have no tags, and Terraform has no data source
 * that lists them.
 *
 * @param name - unique in an account, though the emulator accepts it twice
 */
export async function findOriginAccessControls(name: string, session: AwsSession): Promise<string[]> {
  const client = session.lookClient(CloudFrontClient, GLOBAL_REGION);
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
