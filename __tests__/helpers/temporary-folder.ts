import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder that is made before the tests of a suite and removed after them, and never where the suite is
 * skipped.
 *
 * @param name - part of the folder's name
 * @returns its path
 */
export function temporaryFolder(name: string): string {
  const folder = join(tmpdir(), `aleenascuisine-${name}-${randomUUID()}`);
  beforeAll(() => {
    mkdirSync(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
