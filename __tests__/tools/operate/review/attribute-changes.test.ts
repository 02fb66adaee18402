import {
  attributeChanges,
  isEmpty,
  same,
  type AttributeChange,
} from "../../../../tools/operate/review/attribute-changes";
import type { Json } from "../../../../tools/shared/json";
import { change, policyText, type Details } from "./plan";

const known = (value: Json): { kind: string; value: Json } => ({ kind: "known", value });
const UNKNOWN = { kind: "unknown" };
const SENSITIVE = { kind: "sensitive" };
const ABSENT = { kind: "absent" };

function changed(before: Json, after: Json, details: Details = {}): readonly AttributeChange[] {
  return attributeChanges(change(before, after, details));
}

/** Only path and sides. */
function sides(changes: readonly AttributeChange[]): [string, unknown, unknown][] {
  return changes.map(({ path, before, after }) => [path, before, after]);
}

describe("goes down to the value that differs", () => {
  test.each<[string, Json, Json, [string, unknown, unknown][]]>([
    ["a value", { memory: 512, name: "app" }, { memory: 1024, name: "app" }, [["memory", known(512), known(1024)]]],
    [
      "a value in a block in a block",
      { rule: [{ id: "a", expiration: [{ days: 30 }] }] },
      { rule: [{ id: "a", expiration: [{ days: 7 }] }] },
      [["rule[0].expiration[0].days", known(30), known(7)]],
    ],
    ["a value that goes", { description: "old" }, { description: null }, [["description", known("old"), ABSENT]]],
    ["a value that comes", { description: null }, { description: "new" }, [["description", ABSENT, known("new")]]],
    ["a key of a map", { tags: { A: "1" } }, { tags: { A: "1", B: "2" } }, [["tags.B", ABSENT, known("2")]]],
    ["a list of values, whole", { ids: ["a", "b"] }, { ids: ["a"] }, [["ids", known(["a", "b"]), known(["a"])]]],
    [
      "a list of blocks of another length, whole",
      { rule: [{ id: "a" }] },
      { rule: [{ id: "a" }, { id: "b" }] },
      [["rule", known([{ id: "a" }]), known([{ id: "a" }, { id: "b" }])]],
    ],
    ["a new resource", null, { name: "app", arn: null }, [["name", ABSENT, known("app")]]],
    ["the same in two ways of saying nothing", { a: null, b: "", c: [] }, { a: "", b: [], c: {} }, []],
    ["a map in another order", { m: { a: 1, b: 2 } }, { m: { b: 2, a: 1 } }, []],
  ])("%s", (_, before, after, expected) => {
    expect(sides(changed(before, after))).toEqual(expected);
  });
});

describe("names what is not known yet", () => {
  test.each<[string, Json, Json, Json, [string, unknown, unknown][]]>([
    ["in a change", { version: "1" }, {}, { version: true }, [["version", known("1"), UNKNOWN]]],
    [
      "in a new resource",
      null,
      { name: "a" },
      { arn: true },
      [
        ["arn", ABSENT, UNKNOWN],
        ["name", ABSENT, known("a")],
      ],
    ],
    [
      "in a block, next to what changes",
      { vpc: [{ id: "1", zone: "a" }] },
      { vpc: [{ zone: "b" }] },
      { vpc: [{ id: true }] },
      [
        ["vpc[0].id", known("1"), UNKNOWN],
        ["vpc[0].zone", known("a"), known("b")],
      ],
    ],
    ["in a list of values", { ids: ["a"] }, { ids: [null] }, { ids: [true] }, [["ids", known(["a"]), UNKNOWN]]],
  ])("%s", (_, before, after, unknown, expected) => {
    expect(sides(changed(before, after, { unknown }))).toEqual(expected);
  });
});

describe("masks what is sensitive", () => {
  test.each<[string, Json, Json, Details, [string, unknown, unknown][]]>([
    [
      "on both sides",
      { password: "hunter2" },
      { password: "hunter3" },
      { sensitive: [{ password: true }, { password: true }] },
      [["password", SENSITIVE, SENSITIVE]],
    ],
    [
      "only before",
      { password: "hunter2" },
      { password: "public" },
      { sensitive: [{ password: true }, {}] },
      [["password", SENSITIVE, known("public")]],
    ],
    [
      "deep in a block whose length changes",
      { user: [{ key: "hunter2" }] },
      { user: [{ key: "hunter2" }, { key: "hunter3" }] },
      { sensitive: [{ user: [{ key: true }] }, { user: [{ key: true }, { key: true }] }] },
      [["user", SENSITIVE, SENSITIVE]],
    ],
    [
      "and still names what is unknown",
      { password: "hunter2" },
      {},
      { sensitive: [{ password: true }, {}], unknown: { password: true } },
      [["password", SENSITIVE, UNKNOWN]],
    ],
    [
      "and omits unchanged parts",
      { password: "hunter2" },
      { password: "hunter2" },
      { sensitive: [{ password: true }, { password: true }] },
      [],
    ],
  ])("%s", (_, before, after, details, expected) => {
    const changes = changed(before, after, details);
    expect(sides(changes)).toEqual(expected);
    expect(JSON.stringify(changes)).not.toContain("hunter");
  });

  test("in a policy, which is then not taken apart", () => {
    const policy = policyText({ Sid: "A", Effect: "Allow", Principal: { AWS: "hunter2" }, Action: "a:B" });
    const changes = changed({ policy: policyText() }, { policy }, { sensitive: [{}, { policy: true }] });
    expect(changes).toEqual([
      { path: "policy", before: known(policyText()), after: SENSITIVE, forcesReplacement: false },
    ]);
  });
});

describe("text that holds JSON", () => {
  test("is compared as JSON", () => {
    const before = '{"widgets":[{"title":"API","width":6}]}';
    const after = '{ "widgets": [{ "width": 12, "title": "API" }] }';
    expect(sides(changed({ body: before }, { body: after }))).toEqual([["body.widgets[0].width", known(6), known(12)]]);
  });

  test("is unchanged if only the spelling differs", () => {
    expect(changed({ body: '{"a":1,"b":[2]}' }, { body: '{ "b": [2], "a": 1 }' })).toEqual([]);
  });

  test("that holds a policy is compared by statement", () => {
    const tls = { Sid: "Tls", Effect: "Deny", Principal: "*", Action: "s3:*" };
    const read = { Sid: "Read", Effect: "Allow", Principal: "*", Action: "s3:GetObject" };
    const [only, ...others] = changed({ policy: policyText(tls) }, { policy: policyText(read, tls) });
    expect(others).toEqual([]);
    expect(only).toMatchObject({ path: "policy", statements: [{ change: "added", name: "Read" }] });
    expect(changed({ policy: policyText(tls, read) }, { policy: policyText(read, tls) })).toEqual([]);
  });

  test.each<[string, Json, Json, string]>([
    ["comes", { policy: "" }, { policy: policyText({ Sid: "A" }) }, "added"],
    ["goes", { policy: policyText({ Sid: "A" }) }, { policy: null }, "removed"],
  ])("that holds a policy and %s is taken apart as well", (_, before, after, how) => {
    expect(changed(before, after)).toMatchObject([{ statements: [{ change: how, name: "A" }] }]);
  });

  test("is shown whole if one side is not JSON", () => {
    expect(sides(changed({ body: "plain" }, { body: '{"a":1}' }))).toEqual([
      ["body", known("plain"), known('{"a":1}')],
    ]);
  });
});

describe("what forces a replacement", () => {
  test.each<[string, Json, Json, Details["replacePaths"], [string, boolean][]]>([
    [
      "is marked",
      { a: 1, b: 1 },
      { a: 2, b: 2 },
      [["a"]],
      [
        ["a", true],
        ["b", false],
      ],
    ],
    ["marks what is below it", { v: [{ id: 1 }] }, { v: [{ id: 2 }] }, [["v"]], [["v[0].id", true]]],
    ["marks what is shown whole around it", { v: [{ id: 1 }] }, { v: [] }, [["v", 0, "id"]], [["v", true]]],
    ["does not mark a longer name", { a: 1, ab: 1 }, { a: 1, ab: 2 }, [["a"]], [["ab", false]]],
  ])("%s", (_, before, after, replacePaths, expected) => {
    const changes = changed(before, after, { replacePaths });
    expect(changes.map(({ path, forcesReplacement }) => [path, forcesReplacement])).toEqual(expected);
  });
});

describe("tags", () => {
  test.each<[string, Json, Json, string[]]>([
    [
      "are shown once",
      { tags: { A: "1" }, tags_all: { A: "1" } },
      { tags: { A: "2" }, tags_all: { A: "2" } },
      ["tags.A"],
    ],
    [
      "of the provider are shown",
      { tags: {}, tags_all: { A: "1" } },
      { tags: {}, tags_all: { A: "2" } },
      ["tags_all.A"],
    ],
    [
      "that come whole are shown once",
      { tags: null, tags_all: {} },
      { tags: { A: "1" }, tags_all: { A: "1" } },
      ["tags.A"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(changed(before, after).map(({ path }) => path)).toEqual(expected);
  });
});

test.each<[Json | undefined, boolean]>([
  [undefined, true],
  [null, true],
  ["", true],
  [[], true],
  [{}, true],
  [0, false],
  [false, false],
  [[null], false],
])("%j says nothing: %s", (value, expected) => {
  expect(isEmpty(value)).toBe(expected);
});

test.each<[Json | undefined, Json | undefined, boolean]>([
  [null, "", true],
  [{ a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }, true],
  [["a", "b"], ["b", "a"], false],
  [0, null, false],
  [1, "1", false],
])("%j and %j are the same: %s", (a, b, expected) => {
  expect(same(a, b)).toBe(expected);
});
