/**
 * Time that a deletion may take. Lambda releases the network interfaces of a function up to 45 minutes after the
 * function is deleted; until then AWS refuses to delete their subnets and security groups.
 */
export const INTERFACE_RELEASE_TIMEOUT = "60m";
