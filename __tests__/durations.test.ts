import { existsSync } from "node:fs";
import { join } from "node:path";
import durations from "./durations.json";

test("every suite with a recorded duration exists", () => {
  expect(Object.keys(durations).filter((suite) => !existsSync(join(__dirname, suite)))).toEqual([]);
});
