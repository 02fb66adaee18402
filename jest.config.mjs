import patience from "./__tests__/patience.cjs";

const swc = [
  "@swc/jest",
  { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
];

/** What all projects share. */
const shared = {
  // Without them jest looks through node_modules at each start.
  roots: ["<rootDir>/__tests__", "<rootDir>/src", "<rootDir>/tools"],
  transform: { "^.+\\.(ts|cjs)$": swc },
  testEnvironment: "node",
  globalSetup: "<rootDir>/__tests__/build-functions.ts",
};

/** Suites that need a real PostgreSQL, which is started from npm packages. */
const database = {
  ...shared,
  // node-pg-migrate is an ES module, which jest does not load as it is.
  transform: { ...shared.transform, "/node-pg-migrate/dist/.+\\.js$": swc },
  transformIgnorePatterns: ["/node_modules/(?!node-pg-migrate/dist/)"],
};

/** Suites that run real commands and real Terraform against an emulated AWS. */
const emulated = { ...shared, globalSetup: "<rootDir>/__tests__/end-to-end/prerequisites.ts" };

/** @type {import("jest").Config} */
export default {
  // Three more than the two cores of a runner: the rehearsals and the bootstrap wait for the AWS provider's fixed delays
  // most of the time, and start first.
  maxWorkers: 5,
  testTimeout: patience.PATIENCE_MS,
  testSequencer: "<rootDir>/__tests__/sequencer.cjs",
  projects: [
    // Synthesis in memory: seconds.
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/__tests__/(database|end-to-end|faults)/"],
      moduleNameMapper: { "^(cdktf|zod|zod/mini)$": "<rootDir>/dist/unit-tests/packages/$1.js" },
    },
    // A minute or two.
    {
      ...database,
      displayName: "database",
      testMatch: ["<rootDir>/__tests__/database/**/*.test.ts"],
    },
    // What the database project does with a small shop, at the size of three busy years: minutes.
    {
      ...database,
      displayName: "load",
      testMatch: ["<rootDir>/__tests__/database/(app-load|queries).test.ts"],
      globals: { WHOLE_LOAD: true },
    },
    // Minutes.
    { ...emulated, displayName: "end-to-end", testMatch: ["<rootDir>/__tests__/end-to-end/*.test.ts"] },
    // What goes wrong, made to go wrong: interrupts, races, an AWS that does not answer. Many minutes.
    { ...emulated, displayName: "faults", testMatch: ["<rootDir>/__tests__/faults/*.test.ts"] },
  ],
};
