import type * as z from "zod/mini";
import { ARCHIVE_CLASSES, PRICE_CLASSES } from "../../constructs/storage/limits";
import { choice, integer, rule, section } from "./field";

const fields = section({
  /** Age in days at which objects move to Standard-IA, at least 30 (S3's own minimum). */
  infrequentAccessAfterDays: integer({ min: 30, max: 3650, unit: "days", source: "handover", reason: "Standard-IA" }),
  /** Age in days at which objects move to the archive class; 30 or more after the move to Standard-IA. */
  archiveAfterDays: integer({ min: 60, max: 3650, unit: "days", source: "handover", reason: "Glacier" }),
  /** Archive class of images. CloudFront serves only `GLACIER_IR`. */
  imagesArchiveClass: choice(ARCHIVE_CLASSES, {
    source: "owner",
    reason: "Instant Retrieval: CloudFront cannot serve the flexible class",
  }),
  /** Archive class of invoices. */
  invoicesArchiveClass: choice(ARCHIVE_CLASSES, {
    source: "owner",
    reason: "Flexible Retrieval: nobody waits for a year-old invoice",
  }),
  /** Days that an overwritten or deleted object version is kept. */
  noncurrentVersionDays: integer({
    min: 1,
    max: 3650,
    unit: "days",
    source: "project",
    reason: "How long a mistake can be undone: a month where data is disposable, a year where it is protected",
  }),
  /** CloudFront edges that serve the images. */
  cdnPriceClass: choice(PRICE_CLASSES, { source: "project", reason: "The cheapest class with edges in India" }),
});

/** The two buckets, and the CDN in front of one of them. */
export const storage = fields.check(
  rule<z.infer<typeof fields>>(
    ["archiveAfterDays", "infrequentAccessAfterDays"],
    ({ archiveAfterDays, infrequentAccessAfterDays }) =>
      archiveAfterDays < infrequentAccessAfterDays + 30
        ? `write a whole number from ${String(infrequentAccessAfterDays + 30)} to 3650: objects stay in Standard-IA for 30 days`
        : undefined,
  ),
);
