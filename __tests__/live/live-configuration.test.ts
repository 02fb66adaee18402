import { ACCOUNT } from "../../src/config/account";
import { environments } from "../../src/config/environments";
import { CHECKS } from "./checks";
import { LIVE, loadConfiguration } from "./load";

describe("the live configuration", () => {
  test.each(Object.entries(CHECKS))("%s", (_, check) => {
    check({ account: ACCOUNT, environments });
  });

  test("is what the tests of edits load from its files", () => {
    expect(loadConfiguration(LIVE)).toEqual({ account: ACCOUNT, environments });
  });
});
