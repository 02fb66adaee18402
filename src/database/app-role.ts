/** Group role that the app takes on after login: what it may do is granted to this role alone. */
export const APP_ROLE = "aleenascuisine_app";
