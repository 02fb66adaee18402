import type { Command } from "../shared/terminal/command";

export const app: Command = {
  name: "app",
  audience: "develop",
  summary: "Serve the app on this machine until Ctrl-C",
  description: `\
Serves the app on 127.0.0.1:3001, or on the port in the variable PORT, until Ctrl-C. It uses this checkout's
own PostgreSQL, migrated and with sample data, and a stand-in for Razorpay. See docs/app.md.`,
  examples: [{ line: "npm run app" }],
  module: "develop/local-app/command",
};
