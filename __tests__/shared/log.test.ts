import { log } from "../../src/shared/log";
import { LEVELS } from "../../src/shared/log-words";

describe("log", () => {
  const output = jest.spyOn(process.stdout, "write");
  beforeEach(() => {
    output.mockReset().mockReturnValue(true);
  });
  afterAll(() => {
    output.mockRestore();
  });
  const written = (): unknown[] => output.mock.calls.map(([text]) => text);

  test.each([
    [LEVELS.info, "INFO"],
    [LEVELS.warning, "WARNING"],
    [LEVELS.error, "ERROR"],
  ])("writes level, message and fields of %s as one line of JSON", (level, word) => {
    log(level, "order placed", { order: 7, paid: true, customer: "c-1" });
    expect(written()).toEqual([
      `{"level":"${word}","message":"order placed","order":7,"paid":true,"customer":"c-1"}\n`,
    ]);
  });

  test("keeps a message of several lines on one, since each line is an event of its own in the log group", () => {
    log(LEVELS.error, "first\nsecond\r\nthird");
    expect(written()).toEqual(['{"level":"ERROR","message":"first\\nsecond\\r\\nthird"}\n']);
  });

  test("leaves out a field without a value", () => {
    log(LEVELS.warning, "slow", { requestId: undefined });
    expect(written()).toEqual(['{"level":"WARNING","message":"slow"}\n']);
  });
});
