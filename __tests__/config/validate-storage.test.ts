import { accepts, refuses } from "./changes";

refuses([
  [
    "objects move to Standard-IA before S3 lets them",
    { storage: { infrequentAccessAfterDays: 29 } },
    "storage.infrequentAccessAfterDays",
    "from 30 to 3650",
  ],
  [
    "objects are archived less than 30 days after the move to Standard-IA",
    { storage: { infrequentAccessAfterDays: 60, archiveAfterDays: 89 } },
    "storage.archiveAfterDays",
    "from 90 to 3650",
  ],
  [
    "old versions are kept for no day",
    { storage: { noncurrentVersionDays: 0 } },
    "storage.noncurrentVersionDays",
    "from 1 to 3650",
  ],
  [
    "the images' archive class is none",
    { storage: { imagesArchiveClass: "STANDARD_IA" } },
    "storage.imagesArchiveClass",
    "write one of GLACIER_IR, GLACIER, DEEP_ARCHIVE",
  ],
  [
    "the invoices' archive class is none",
    { storage: { invoicesArchiveClass: "ONEZONE_IA" } },
    "storage.invoicesArchiveClass",
    "write one of GLACIER_IR, GLACIER, DEEP_ARCHIVE",
  ],
  [
    "a price class is unknown",
    { storage: { cdnPriceClass: "PriceClass_300" } },
    "storage.cdnPriceClass",
    "write one of PriceClass_200, PriceClass_All, PriceClass_100",
  ],
]);

accepts([
  ["an archive 30 days after Standard-IA", { storage: { infrequentAccessAfterDays: 30, archiveAfterDays: 60 } }],
]);
