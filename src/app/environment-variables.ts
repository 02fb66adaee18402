/** Variable of the function that holds the one origin that browsers may call the API from. */
export const ALLOWED_ORIGIN_VARIABLE = "API_ALLOWED_ORIGIN";
