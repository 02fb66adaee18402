import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProviderMirror } from "../../../../tools/shared/terraform/provider-mirror";

const PLATFORM = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
const provider = { source: "hashicorp/aws", version: "5.100.0" };

describe("findProviderMirror", () => {
  let disk: string;

  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), "aleenascuisine-mirror-"));
  });

  afterEach(() => {
    rmSync(disk, { recursive: true, force: true });
  });

  function release(version: string, platform = PLATFORM): void {
    mkdirSync(join(disk, "srv", "plugins", "example.test", "hashicorp", "aws", version, platform), { recursive: true });
  }

  test("finds the folder that has the version for this platform", () => {
    release("5.100.0");
    expect(findProviderMirror(provider, [disk])).toBe(join(disk, "srv", "plugins"));
  });

  test("ignores a mirror of another version or platform", () => {
    release("5.99.0");
    release("5.100.0", "plan9_mips");
    expect(findProviderMirror(provider, [disk])).toBeUndefined();
  });

  test("searches the roots in order, and skips one that is missing", () => {
    release("5.100.0");
    expect(findProviderMirror(provider, [join(disk, "missing"), disk])).toBe(join(disk, "srv", "plugins"));
  });
});
