import { statSync } from "node:fs";
import { API_GATEWAY_SECONDS } from "../../constructs/api/limits";
import { ARCHITECTURES, LAMBDA_SECONDS } from "../../constructs/compute/limits";
import { choice, integer, section, text, type FieldNotes } from "./field";

/** Why a function is what it is: the notes of each of its fields. */
type Reasons = Readonly<
  Record<
    "runtime" | "architecture" | "handler" | "artifact" | "memoryMb" | "timeoutSeconds",
    Pick<FieldNotes, "source" | "reason">
  >
>;

const REASONS: Reasons = {
  runtime: { source: "owner", reason: "The newest Node.js that AWS provider 5.100.0 accepts" },
  architecture: { source: "owner", reason: "Graviton: a fifth cheaper for the same memory" },
  handler: { source: "project", reason: "Entry point of the default package" },
  artifact: { source: "project", reason: "Built by each synthesis; name your own .zip to ship another package" },
  memoryMb: { source: "project", reason: "A good quarter of a vCPU: enough for an API that waits for its database" },
  timeoutSeconds: { source: "project", reason: "As long as API Gateway waits" },
};

const MIGRATE_REASONS: Reasons = {
  runtime: { source: "project", reason: "As for the function behind the API" },
  architecture: { source: "project", reason: "As for the function behind the API" },
  handler: { source: "project", reason: "Entry point of the package" },
  artifact: { source: "project", reason: "Built by each synthesis from `src/database`" },
  memoryMb: { source: "project", reason: "Most of its time it waits for the database" },
  timeoutSeconds: { source: "project", reason: "Lambda's longest: an index on a large table takes minutes" },
};

/** The function behind the API, which stops waiting for it. */
export const apiFunction = lambdaFunction(REASONS, API_GATEWAY_SECONDS);

/** The function that migrates the database, which Lambda alone stops. */
export const migrateFunction = lambdaFunction(MIGRATE_REASONS, LAMBDA_SECONDS);

/** A function: what runs, and how large. */
function lambdaFunction(reasons: Reasons, longest: number) {
  return section({
    /** Lambda runtime identifier. */
    runtime: text({
      rule: "a Lambda runtime identifier, such as nodejs22.x or python3.13",
      pattern: /^(nodejs|python|java|dotnet|ruby|provided)[a-z0-9.]*$/,
      ...reasons.runtime,
    }),
    /** Instruction set of the package. */
    architecture: choice(ARCHITECTURES, reasons.architecture),
    /** Entry point, in the runtime's own form. */
    handler: text({
      rule: "the entry point in the runtime's form, such as index.handler, up to 128 characters",
      pattern: /^\S{1,128}$/,
      ...reasons.handler,
    }),
    /** Path of the deployment package (.zip), relative to the project's folder. */
    artifact: text({
      rule: "the path of a .zip deployment package, relative to the project's folder",
      pattern: /\.zip$/,
      find: artifactProblem,
      ...reasons.artifact,
    }),
    /** Memory in MiB, 128 to 10,240. */
    memoryMb: integer({ min: 128, max: 10_240, unit: "MiB", ...reasons.memoryMb }),
    /**
     * Time-out in seconds, at least 1. Behind the API at most 29, when API Gateway gives up; otherwise at most
     * 900, when Lambda does.
     */
    timeoutSeconds: integer({ min: 1, max: longest, unit: "seconds", ...reasons.timeoutSeconds }),
  });
}

function artifactProblem(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) {
    return "there is no such file; build the package first, or fix the path";
  }
  return found.isFile() ? undefined : "it is not a file; write the path of the .zip file itself";
}
