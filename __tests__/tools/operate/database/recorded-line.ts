import { placeOf } from "../../../../tools/operate/database/place";
import type { Run } from "../../../../tools/shared/terminal/command";
import { environmentNamed } from "../../../../tools/shared/terminal/environments";

/** Prints as JSON where a line of `npm run db` leads, and what it asks there, in place of doing it. */
export const run: Run = (line, { env, print }) => {
  const place = placeOf(line, env);
  print(
    JSON.stringify({
      command: line.command.name,
      migration: line.word("NAME"),
      place,
      config: place === "function" || place === "data-api" ? environmentNamed(line.value("env")) : undefined,
    }),
  );
  return Promise.resolve(0);
};
