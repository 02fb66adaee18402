/** Levels of a stage's execution log. */
export const EXECUTION_LOG_LEVELS = ["OFF", "ERROR", "INFO"] as const;

/** One of {@link EXECUTION_LOG_LEVELS}. */
export type ExecutionLogLevel = (typeof EXECUTION_LOG_LEVELS)[number];

/**
 * Seconds that API Gateway waits for an integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const API_GATEWAY_SECONDS = 29;
