import { compare, type PolicyProblem } from "../../../../tools/operate/roles/compare";

const STORE = "arn:aws:s3:::shop-store/*";
const SECRET = "arn:aws:secretsmanager:ap-south-1:498192039865:secret:shop/db-??????";
const KEYS = "arn:aws:kms:ap-south-1:498192039865:key/*";
const LOGS = "arn:aws:logs:ap-south-1:498192039865:log-group:/aws/lambda/shop-app:*";
const ALIAS = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/shop-key" } };
const OWN_CODE = { ArnEquals: { "lambda:SourceFunctionArn": "arn:aws:lambda:ap-south-1:498192039865:function:shop" } };

type Statement = Readonly<Record<string, unknown>>;

function document(...statements: Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function allow(action: string | string[], resource: string | string[], more: Statement = {}): Statement {
  return { Effect: "Allow", Action: action, Resource: resource, ...more };
}

function deny(action: string | string[], resource: string | string[], more: Statement = {}): Statement {
  return { Effect: "Deny", Action: action, Resource: resource, ...more };
}

/** The problems in short: `where: actions on resource`. */
function brief(findings: readonly PolicyProblem[]): string[] {
  return findings.map(({ actions, resource, where }) => `${where}: ${actions.join(" ")} on ${resource}`);
}

/** What one inline policy leaves missing of one needed statement. */
function missing(needed: Statement, ...existing: Statement[]): readonly PolicyProblem[] {
  const wanted = document({ Sid: "Needed", ...needed });
  return compare(wanted, [wanted], [{ name: "p", kind: "inline", document: document(...existing) }]).missing;
}

/** What one inline policy allows by a wildcard beyond the needed statements. */
function wildcards(existing: Statement, ...needed: Statement[]): readonly PolicyProblem[] {
  const wanted = document(...needed.map((statement, index) => ({ Sid: `Needed${String(index)}`, ...statement })));
  return compare(wanted, [wanted], [{ name: "p", kind: "inline", document: document(existing) }]).wildcards;
}

describe("a needed permission is there", () => {
  const get = allow("s3:GetObject", STORE);
  const decrypt = allow("kms:Decrypt", KEYS, { Condition: ALIAS });

  test.each<[string, Statement, Statement[]]>([
    ["in the same words", get, [get]],
    ["as one of several actions and resources", get, [allow(["s3:PutObject", "s3:GetObject"], ["arn:a", STORE])]],
    ["in another case: actions are case-insensitive", get, [allow("S3:getobject", STORE)]],
    ["by a star in the action", get, [allow("s3:Get*", STORE)]],
    ["by question marks in the action", get, [allow("s3:GetObjec?", STORE)]],
    ["by all actions of the service", get, [allow("s3:*", STORE)]],
    ["by all actions on all resources", get, [allow("*", "*")]],
    ["by a star in the middle of a segment", get, [allow("s3:GetObject", "arn:aws:s3:::*-store/*")]],
    ["by a star at the end of a segment, which goes on beyond it", get, [allow("s3:GetObject", "arn:aws:s3*")]],
    ["by a star beyond question marks", allow("a:B", SECRET), [allow("a:B", SECRET.replace("??????", "*"))]],
    ["by the same question marks", allow("a:B", SECRET), [allow("a:B", SECRET)]],
    ["by a star at the end of a longer name", allow("a:B", LOGS), [allow("a:B", LOGS.replace("shop-app:*", "*"))]],
    ["in two statements, one for each action", allow(["a:B", "a:C"], STORE), [allow("a:B", STORE), allow("a:C", "*")]],
    ["without the needed condition", decrypt, [allow("kms:Decrypt", KEYS)]],
    [
      "with the condition, its value in a list",
      decrypt,
      [
        allow("kms:Decrypt", KEYS, {
          Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/shop-key"] } },
        }),
      ],
    ],
    [
      "with the condition, its operator and key in another case",
      decrypt,
      [
        allow("kms:Decrypt", KEYS, {
          Condition: { "forAnyValue:stringEquals": { "KMS:resourcealiases": "alias/shop-key" } },
        }),
      ],
    ],
    [
      "with the values of its condition in another order",
      allow("a:B", STORE, { Condition: { S: { k: ["1", "2"] } } }),
      [allow("a:B", STORE, { Condition: { S: { k: ["2", "1"] } } })],
    ],
    [
      "with one of its two conditions",
      allow("a:B", STORE, { Condition: { S: { k: "1" }, T: { k: "2" } } }),
      [allow("a:B", STORE, { Condition: { S: { k: "1" } } })],
    ],
    ["with a Deny of something else", get, [get, deny("s3:GetObject", "arn:aws:s3:::other/*")]],
    ["with a Deny of other actions", get, [get, deny("s3:PutObject", STORE)]],
    [
      "with a Deny that has the action as its exception",
      get,
      [get, { Effect: "Deny", NotAction: ["s3:Get*"], Resource: "*" }],
    ],
    [
      "with a Deny that has the resource as its exception",
      get,
      [get, { Effect: "Deny", Action: "s3:*", NotResource: ["arn:aws:s3:::shop-store*"] }],
    ],
    [
      "with a Deny under a condition, which may never be met",
      get,
      [get, deny("s3:*", "*", { Condition: { Bool: { "aws:SecureTransport": "false" } } })],
    ],
  ])("%s", (_title, needed, existing) => {
    expect(missing(needed, ...existing)).toEqual([]);
  });

  test("in a document whose one statement is no list", () => {
    const needed = document({ Sid: "Needed", ...get });
    const single = JSON.stringify({ Version: "2012-10-17", Statement: get });
    expect(compare(needed, [needed], [{ name: "p", kind: "inline", document: single }])).toEqual({
      missing: [],
      wildcards: [],
    });
  });

  test("in two policies, one for each statement", () => {
    const needed = document({ Sid: "Reads", ...get }, { Sid: "Decrypts", ...decrypt });
    const policies = [
      { name: "a", kind: "inline", document: document(get) },
      { name: "b", kind: "attached", document: document(decrypt) },
    ] as const;
    expect(compare(needed, [needed], policies)).toEqual({ missing: [], wildcards: [] });
  });
});

describe("a needed permission is missing", () => {
  const get = allow("s3:GetObject", STORE);
  const add = "no policy allows it: add the printed statement";
  const replace = "inline policy p, statement 1 has it under another condition: add the printed statement";

  test.each<[string, Statement, Statement[], string]>([
    ["where there is no statement at all", get, [], add],
    ["where another action is allowed", get, [allow("s3:GetObjectAcl", STORE)], add],
    ["where the resource is part of what is needed", get, [allow("s3:GetObject", "arn:aws:s3:::shop-store/a/*")], add],
    [
      "where the resource is the bucket and not its objects",
      get,
      [allow("s3:GetObject", "arn:aws:s3:::shop-store")],
      add,
    ],
    [
      "where resources are in another case: they are case-sensitive",
      get,
      [allow("s3:GetObject", STORE.toUpperCase())],
      add,
    ],
    ["where a star does not leave its segment", get, [allow("s3:GetObject", "arn:aws:s3*store/*")], add],
    [
      "where a question mark of an action matches less than a star",
      allow("s3:Get*", STORE),
      [allow("s3:Get?", STORE)],
      add,
    ],
    ["where a question mark matches less than a star", get, [allow("s3:GetObject", STORE.replace("*", "?"))], add],
    ["where a dot is only a dot", allow("a:B", "arn:x.y"), [allow("a:B", "arn:x-y")], add],
    ["where a question mark would have to be a colon", allow("a:B", "arn:x:y"), [allow("a:B", "arn:x?y")], add],
    [
      "where one secret of many would do",
      allow("a:B", SECRET),
      [allow("a:B", SECRET.replace("??????", "AbCdEf"))],
      add,
    ],
    [
      "where everything else is allowed, which is not evaluated",
      get,
      [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
      add,
    ],
    [
      "where all but one resource is allowed, which is not evaluated",
      get,
      [{ Effect: "Allow", Action: "s3:*", NotResource: "arn:aws:s3:::other/*" }],
      add,
    ],
    [
      "where it is allowed under a condition that is not needed",
      get,
      [allow("s3:GetObject", STORE, { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/16" } } })],
      replace,
    ],
    [
      "where it is allowed under another value of its condition",
      allow("kms:Decrypt", KEYS, { Condition: ALIAS }),
      [
        allow("kms:Decrypt", KEYS, {
          Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/other" } },
        }),
      ],
      replace,
    ],
    [
      "where a denial covers it",
      get,
      [deny("s3:*", "*"), get],
      "inline policy p, statement 1 denies it: remove it from there",
    ],
    [
      "where a denial does not name it as its exception",
      get,
      [{ Effect: "Deny", NotAction: "iam:*", Resource: "*" }, get],
      "inline policy p, statement 1 denies it: remove it from there",
    ],
    [
      "where a denial excepts a part of the resource",
      get,
      [{ Effect: "Deny", Action: "s3:*", NotResource: "arn:aws:s3:::shop-store/a/*" }, get],
      "inline policy p, statement 1 denies it: remove it from there",
    ],
  ])("%s", (_title, needed, existing, remedy) => {
    const found = missing(needed, ...existing);
    expect(brief(found)).toEqual([`Needed: ${String(needed.Action)} on ${String(needed.Resource)}`]);
    expect(found[0]?.remedy).toBe(remedy);
  });

  test("lists together the actions of a statement that lack the same, for each resource", () => {
    const needed = allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"]);
    expect(brief(missing(needed, allow("s3:GetObject", "*"), allow("s3:PutObject", "arn:aws:s3:::b/*")))).toEqual([
      "Needed: s3:PutObject s3:DeleteObject on arn:aws:s3:::a/*",
      "Needed: s3:DeleteObject on arn:aws:s3:::b/*",
    ]);
  });

  test("names the statement that denies by its Sid", () => {
    expect(missing(get, get, deny("s3:GetObject", STORE, { Sid: "Closed" }))[0]?.remedy).toBe(
      "inline policy p, Closed denies it: remove it from there",
    );
  });
});

describe("a needed denial", () => {
  const denial = deny("ec2:CreateNetworkInterface", "*", { Condition: OWN_CODE });

  test.each<[string, Statement[]]>([
    ["in the same words", [denial]],
    ["for all actions", [deny("ec2:*", "*", { Condition: OWN_CODE })]],
    ["whatever the condition", [deny("*", "*")]],
  ])("is there %s", (_title, existing) => {
    expect(missing(denial, ...existing)).toEqual([]);
  });

  test.each<[string, Statement[], string]>([
    [
      "where nothing is denied",
      [allow("ec2:CreateNetworkInterface", "*")],
      "no policy denies it: add the printed statement",
    ],
    [
      "where it is denied to another function",
      [deny("ec2:*", "*", { Condition: { ArnEquals: { "lambda:SourceFunctionArn": "arn:other" } } })],
      "inline policy p, statement 1 has it under another condition: add the printed statement",
    ],
  ])("is missing %s", (_title, existing, remedy) => {
    expect(missing(denial, ...existing).map((finding) => finding.remedy)).toEqual([remedy]);
  });
});

describe("a wildcard is not too broad", () => {
  const get = allow("s3:GetObject", STORE);

  test.each<[string, Statement, Statement[]]>([
    ["where it is needed as it is", get, [get]],
    ["where it is a part of what is needed", allow("s3:GetObject", "arn:aws:s3:::shop-store/a/*"), [get]],
    ["where it is needed on everything", allow("xray:PutTraceSegments", "*"), [allow("xray:PutTraceSegments", "*")]],
    ["where a condition narrows it further", allow("s3:GetObject", STORE, { Condition: { S: { k: "1" } } }), [get]],
    [
      "where it has the condition that was asked for",
      allow("kms:Decrypt", KEYS, { Condition: ALIAS }),
      [allow("kms:Decrypt", KEYS, { Condition: ALIAS })],
    ],
    ["where it denies", deny("*", "*"), [get]],
    ["where there is none", allow("s3:DeleteObject", "arn:aws:s3:::shop-store/a"), [get]],
  ])("%s", (_title, existing, needed) => {
    expect(wildcards(existing, ...needed)).toEqual([]);
  });

  test("where another one that uses the role needs it", () => {
    const [one, two] = [document(allow("s3:GetObject", "arn:dev/*")), document(allow("s3:GetObject", "arn:prod/*"))];
    const policies = [one, two].map(
      (text, index) => ({ name: `p${String(index)}`, kind: "inline", document: text }) as const,
    );
    expect(compare(one, [one, two], policies)).toEqual({ missing: [], wildcards: [] });
    expect(brief(compare(one, [one], policies).wildcards)).toEqual([
      "inline policy p1, statement 1: s3:GetObject on arn:prod/*",
    ]);
  });
});

describe("a wildcard is too broad", () => {
  const get = allow("s3:GetObject", STORE);
  const put = allow("s3:PutObject", STORE);

  test.each<[string, Statement, Statement[], string, string]>([
    [
      "everything",
      allow("*", "*"),
      [get, put],
      "* on *",
      "name the actions that are needed: s3:GetObject, s3:PutObject",
    ],
    [
      "all of a service",
      allow("s3:*", STORE),
      [get, put],
      `s3:* on ${STORE}`,
      "name the actions that are needed: s3:GetObject, s3:PutObject",
    ],
    [
      "all of a service on one thing",
      allow("s3:*", "arn:aws:s3:::shop-store"),
      [get],
      "s3:* on arn:aws:s3:::shop-store",
      "name the actions that are needed: s3:GetObject",
    ],
    [
      "some of a service",
      allow("s3:Get*", STORE),
      [get, put],
      `s3:Get* on ${STORE}`,
      "name the actions that are needed: s3:GetObject",
    ],
    [
      "all of a service that nothing uses",
      allow("iam:*", "*"),
      [get],
      "iam:* on *",
      "nothing here needs it: remove it",
    ],
    ["every resource", allow("s3:GetObject", "*"), [get], "s3:GetObject on *", `narrow the resource to ${STORE}`],
    [
      "other projects' resources",
      allow("s3:GetObject", "arn:aws:s3:::shop-*"),
      [get, allow("s3:GetObject", "arn:aws:s3:::shop-more/*")],
      "s3:GetObject on arn:aws:s3:::shop-*",
      `narrow the resource to ${STORE}, arn:aws:s3:::shop-more/*`,
    ],
    [
      "longer suffixes",
      allow("a:B", SECRET.replace("??????", "*")),
      [allow("a:B", SECRET)],
      `a:B on ${SECRET.replace("??????", "*")}`,
      `narrow the resource to ${SECRET}`,
    ],
    [
      "an action that nothing needs",
      allow("s3:DeleteObject", STORE),
      [get],
      `s3:DeleteObject on ${STORE}`,
      "nothing here needs it: remove it",
    ],
    [
      "an action that is needed to be denied",
      allow("ec2:CreateNetworkInterface", "*"),
      [deny("ec2:CreateNetworkInterface", "*", { Condition: OWN_CODE })],
      "ec2:CreateNetworkInterface on *",
      "nothing here needs it: remove it",
    ],
    [
      "every key, without the condition",
      allow("kms:Decrypt", KEYS),
      [allow("kms:Decrypt", KEYS, { Condition: ALIAS })],
      `kms:Decrypt on ${KEYS}`,
      "add the condition of Needed0",
    ],
    [
      "every key, under another condition",
      allow("kms:Decrypt", KEYS, { Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } }),
      [allow("kms:Decrypt", KEYS, { Condition: ALIAS })],
      `kms:Decrypt on ${KEYS}`,
      "add the condition of Needed0",
    ],
    [
      "all actions but some",
      { Effect: "Allow", NotAction: "iam:*", Resource: "*" },
      [get],
      "iam:* on *",
      "NotAction allows everything that it does not name: replace it with the printed statements",
    ],
    [
      "all resources but some",
      { Effect: "Allow", Action: "s3:GetObject", NotResource: ["arn:a", "arn:b"] },
      [get],
      "s3:GetObject on arn:a, arn:b",
      "NotResource allows everything that it does not name: replace it with the printed statements",
    ],
  ])("%s", (_title, existing, needed, finding, remedy) => {
    const found = wildcards(existing, ...needed);
    expect(brief(found)).toEqual([`inline policy p, statement 1: ${finding}`]);
    expect(found[0]?.remedy).toBe(remedy);
  });

  test("lists only the actions of a statement that are too broad on its resource", () => {
    const existing = allow(["ec2:DescribeSubnets", "logs:PutLogEvents", "logs:CreateLogGroup"], "*", { Sid: "Basics" });
    const found = wildcards(existing, allow("ec2:DescribeSubnets", "*"), allow("logs:PutLogEvents", LOGS));
    expect(brief(found)).toEqual([
      "inline policy p, Basics: logs:PutLogEvents on *",
      "inline policy p, Basics: logs:CreateLogGroup on *",
    ]);
  });

  test("a policy of AWS's own is detached: only AWS can narrow it", () => {
    const needed = document(get);
    const policies = [
      { name: "ReadAll", kind: "AWS managed", document: document(allow(["s3:Get*", "s3:List*"], "*")) },
    ] as const;
    expect(compare(needed, [needed], policies).wildcards).toEqual([
      {
        where: "AWS managed policy ReadAll, statement 1",
        actions: ["s3:Get*", "s3:List*"],
        resource: "*",
        remedy: "AWS alone can narrow this policy: detach it, and keep the printed one",
      },
    ]);
  });
});
