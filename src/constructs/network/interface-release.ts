/**
 * Time that a deletion may take. Lambda gives the network interfaces of a function back up to 45 minutes
 * after it went, and until then subnets and security groups cannot go.
 */
export const INTERFACE_RELEASE_TIMEOUT = "60m";
