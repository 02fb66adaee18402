/** What all projects share. */
const shared = {
  transform: { "^.+\\.(ts|cjs)$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2023" } }] },
  testEnvironment: "node",
  globalSetup: "<rootDir>/__tests__/build-function.ts",
};

/** @type {import("jest").Config} */
export default {
  projects: [
    // Synthesis in memory: seconds.
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["<rootDir>/__tests__/terraform/", "<rootDir>/__tests__/rehearsal/"],
    },
    // Commands and real Terraform, without an AWS: half a minute.
    { ...shared, displayName: "terraform", testMatch: ["<rootDir>/__tests__/terraform/**/*.test.ts"] },
    // Real Terraform against an emulated AWS: minutes.
    { ...shared, displayName: "rehearsal", testMatch: ["<rootDir>/__tests__/rehearsal/**/*.test.ts"] },
  ],
};
