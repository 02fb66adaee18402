/** Group role that the app switches to after login. Only this role has the app's privileges. */
export const APP_ROLE = "aleenascuisine_app";
