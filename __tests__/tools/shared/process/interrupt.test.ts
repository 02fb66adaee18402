import { cleaningUp } from "../../../../tools/shared/process/interrupt";

test("cleans last first, after success and after failure", async () => {
  const cleaned: string[] = [];
  const work = (fails: boolean): Promise<string> =>
    cleaningUp("at once", (onExit) => {
      onExit(() => Promise.resolve(void cleaned.push("first")));
      onExit(() => Promise.resolve(void cleaned.push("second")));
      return fails ? Promise.reject(new Error("broken")) : Promise.resolve("done");
    });
  await expect(work(false)).resolves.toBe("done");
  await expect(work(true)).rejects.toThrow("broken");
  expect(cleaned).toEqual(["second", "first", "second", "first"]);
});
