import { CloudfrontDistribution } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control";
import { Construct } from "constructs";
import type { Bucket } from "./bucket";
import type { PriceClass } from "./limits";

/** CachingOptimized. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const CACHE_POLICY = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** SecurityHeadersPolicy. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html */
const SECURITY_HEADERS_POLICY = "67f7725c-6f97-4210-82d7-5512b31e9d03";

const ORIGIN_ID = "images";
const READ_METHODS = ["GET", "HEAD"];

const PRICE_CLASS: PriceClass = "PriceClass_200";

/** Inputs of {@link ImageDistribution}. */
export interface ImageDistributionProps {
  /**
   * Bucket that is served. It lets this distribution read, and no other. It must use S3-managed encryption: CloudFront
   * cannot read objects that are encrypted under a key whose policy does not name it.
   */
  readonly bucket: Bucket;
  /** Name of the origin access control, unique in the account, up to 64 characters. */
  readonly accessControlName: string;
  /**
   * What a reader of the CloudFront console sees, up to 128 characters.
   *
   * @default - the distribution has no comment
   */
  readonly comment?: string;
  /**
   * Edges that serve the images.
   *
   * @default "PriceClass_200", the cheapest with edges in India
   */
  readonly priceClass?: PriceClass;
}

/** Serves a private bucket to the public over HTTPS. */
export class ImageDistribution extends Construct {
  /** ARN of the distribution. */
  public readonly arn: string;
  /** Host name, assigned by CloudFront. */
  public readonly domainName: string;

  public constructor(scope: Construct, id: string, props: ImageDistributionProps) {
    super(scope, id);
    const access = new CloudfrontOriginAccessControl(this, "OriginAccessControl", {
      name: props.accessControlName,
      description: `Signed reads of ${props.accessControlName}`,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    const distribution = new CloudfrontDistribution(this, "Resource", {
      enabled: true,
      comment: props.comment,
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass: props.priceClass ?? PRICE_CLASS,
      origin: [
        {
          originId: ORIGIN_ID,
          domainName: props.bucket.regionalDomainName,
          originAccessControlId: access.id,
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: ORIGIN_ID,
        viewerProtocolPolicy: "https-only",
        allowedMethods: READ_METHODS,
        cachedMethods: READ_METHODS,
        compress: true,
        cachePolicyId: CACHE_POLICY,
        responseHeadersPolicyId: SECURITY_HEADERS_POLICY,
      },
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
    props.bucket.grantCloudFrontRead(distribution.arn);
    this.arn = distribution.arn;
    this.domainName = distribution.domainName;
  }
}
