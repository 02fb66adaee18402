import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accepts, refuses, type Refused } from "./changes";

const folder = mkdtempSync(join(tmpdir(), "aleenascuisine-validate-"));
const folderNamedLikeAPackage = join(folder, "package.zip");
mkdirSync(folderNamedLikeAPackage);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

refuses([
  ["a runtime is unknown", { function: { runtime: "php8.3" } }, "function.runtime", "such as nodejs22.x or python3.13"],
  [
    "an architecture is unknown",
    { function: { architecture: "riscv" } },
    "function.architecture",
    "write one of arm64, x86_64",
  ],
  [
    "there is no handler",
    { function: { handler: "" } },
    "function.handler",
    "write the entry point in the runtime's form",
  ],
  ["a handler has a space", { function: { handler: "app main" } }, "function.handler", "write the entry point"],
  [
    "a handler is longer than Lambda's",
    { function: { handler: "a".repeat(129) } },
    "function.handler",
    "up to 128 characters",
  ],
  [
    "an artifact is not a zip",
    { function: { artifact: "dist/app.tar.gz" } },
    "function.artifact",
    "path of a .zip deployment package",
  ],
  [
    "an artifact is missing",
    { function: { artifact: "dist/none.zip" } },
    "function.artifact",
    "there is no such file; build the",
  ],
  ["memory is too little", { function: { memoryMb: 127 } }, "function.memoryMb", "from 128 to 10240"],
  ["memory is too much", { function: { memoryMb: 10_241 } }, "function.memoryMb", "from 128 to 10240"],
  [
    "API Gateway gives up before the time-out",
    { function: { timeoutSeconds: 30 } },
    "function.timeoutSeconds",
    "from 1 to 29",
  ],
  ["a time-out is 0", { function: { timeoutSeconds: 0 } }, "function.timeoutSeconds", "from 1 to 29"],

  ...(
    [
      ["runtime", "php8.3", "such as nodejs22.x or python3.13"],
      ["architecture", "riscv", "write one of arm64, x86_64"],
      ["handler", "", "write the entry point in the runtime's form"],
      ["artifact", "dist/migrate.tar.gz", "path of a .zip deployment package"],
      ["artifact", "dist/none.zip", "there is no such file; build the"],
      ["memoryMb", 127, "from 128 to 10240"],
      ["timeoutSeconds", 0, "from 1 to 900"],
      ["timeoutSeconds", 901, "from 1 to 900"],
    ] as const
  ).map(([field, value, message]): Refused => [
    `the migrating function's ${field} is ${JSON.stringify(value)}`,
    { migrateFunction: { [field]: value } },
    `migrateFunction.${field}`,
    message,
  ]),

  ["a rate limit is 0", { api: { throttleRateLimit: 0 } }, "api.throttleRateLimit", "from 1 to 10000"],
  [
    "a rate limit is above the account's",
    { api: { throttleRateLimit: 10_001 } },
    "api.throttleRateLimit",
    "from 1 to 10000",
  ],
  ["a burst limit is 0", { api: { throttleBurstLimit: 0 } }, "api.throttleBurstLimit", "from 1 to 5000"],
  [
    "a burst limit is above the account's",
    { api: { throttleBurstLimit: 5_001 } },
    "api.throttleBurstLimit",
    "from 1 to 5000",
  ],
  ["a quota is 0", { api: { monthlyQuota: 0 } }, "api.monthlyQuota", "write a whole number of at least 1"],
  [
    "a log level is unknown",
    { api: { executionLogLevel: "DEBUG" } },
    "api.executionLogLevel",
    "write one of OFF, ERROR, INFO",
  ],

  [
    "a package is a folder",
    { function: { artifact: folderNamedLikeAPackage } },
    "function.artifact",
    "it is not a file; write the path of the .zip file itself",
  ],
]);

accepts([
  ["a Python function", { function: { runtime: "python3.13", handler: "app.main.handler", architecture: "x86_64" } }],
  ["the shortest entry point", { function: { runtime: "provided.al2023", handler: "b" } }],
  ["the largest function", { function: { memoryMb: 10_240, timeoutSeconds: 29 } }],
  ["the smallest function", { function: { memoryMb: 128, timeoutSeconds: 1 } }],
  ["a migrating function that stops before Lambda does", { migrateFunction: { timeoutSeconds: 60 } }],
  ["no execution log", { api: { executionLogLevel: "OFF" } }],
]);
