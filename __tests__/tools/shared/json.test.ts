import { parseJson, type Json } from "../../../tools/shared/json";

test.each<[string, Json, Json | undefined]>([
  ["an object", ' {"a":1}', { a: 1 }],
  ["a list", "[1,2]", [1, 2]],
  ["a number, which is a text", "12", undefined],
  ["a quoted text, which is a text", '"a"', undefined],
  ["a boolean, which is not a text", true, undefined],
])("parseJson reads %s", (_, text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});
