import type { Construct } from "constructs";
import { ACCOUNT, dev } from "../fixtures/environments";
import { EncryptionKey } from "../../src/constructs/security/encryption-key";

/** A key for a construct under test that needs one. */
export function keyIn(scope: Construct, id = "Key"): EncryptionKey {
  return new EncryptionKey(scope, id, {
    alias: "alias/shop-key",
    description: "Data of the shop",
    account: ACCOUNT,
    adminArn: dev.keyAdminArn,
  });
}
