const swc = [
  "@swc/jest",
  { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
];

/** What all projects share. */
const shared = {
  transform: { "^.+\\.(ts|cjs)$": swc },
  testEnvironment: "node",
  globalSetup: "<rootDir>/__tests__/build-functions.ts",
};

/** @type {import("jest").Config} */
export default {
  // The end-to-end suites wait for AWS's fixed delays most of the time, each with an emulator of its own.
  maxWorkers: 4,
  // Most tests start processes or servers, and a runner may have two slow cores: this ends only what hangs.
  testTimeout: 60_000,
  projects: [
    // Synthesis in memory: seconds.
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/__tests__/(database|end-to-end|faults)/"],
    },
    // A real PostgreSQL, started from npm packages: a minute or two.
    {
      ...shared,
      displayName: "database",
      testMatch: ["<rootDir>/__tests__/database/**/*.test.ts"],
      // node-pg-migrate is an ES module, which jest does not load as it is.
      transform: { ...shared.transform, "/node-pg-migrate/dist/.+\\.js$": swc },
      transformIgnorePatterns: ["/node_modules/(?!node-pg-migrate/dist/)"],
    },
    // Real commands, real Terraform, an emulated AWS: minutes.
    {
      ...shared,
      displayName: "end-to-end",
      testMatch: ["<rootDir>/__tests__/end-to-end/*.test.ts"],
      globalSetup: "<rootDir>/__tests__/end-to-end/prerequisites.ts",
    },
    // What goes wrong, made to go wrong: interrupts, races, an AWS that does not answer. Many minutes.
    {
      ...shared,
      displayName: "faults",
      testMatch: ["<rootDir>/__tests__/faults/*.test.ts"],
      globalSetup: "<rootDir>/__tests__/end-to-end/prerequisites.ts",
    },
  ],
};
