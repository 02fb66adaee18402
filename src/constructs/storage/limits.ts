/** S3 storage classes that the last lifecycle transition may go to. */
export const ARCHIVE_CLASSES = ["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"] as const;

/** One of {@link ARCHIVE_CLASSES}. */
export type ArchiveClass = (typeof ARCHIVE_CLASSES)[number];

/** CloudFront price classes; `PriceClass_100` has no edge in India. */
export const PRICE_CLASSES = ["PriceClass_200", "PriceClass_All", "PriceClass_100"] as const;

/** One of {@link PRICE_CLASSES}. */
export type PriceClass = (typeof PRICE_CLASSES)[number];
