/** Interface endpoints that the VPC can have, by the last part of their service name. */
export const INTERFACE_ENDPOINTS = ["secretsmanager", "rds", "rds-data", "logs"] as const;

/** One of {@link INTERFACE_ENDPOINTS}. */
export type InterfaceEndpoint = (typeof INTERFACE_ENDPOINTS)[number];
