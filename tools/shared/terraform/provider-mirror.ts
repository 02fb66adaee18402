import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, parse } from "node:path";

/** Folders that are not searched: they are large or virtual, and have no mirror. */
const SKIPPED = new Set(["proc", "sys", "dev", "run", "boot", "tmp", "node_modules", "doc", "lost+found"]);

/** How deep a mirror may be below the root of the disk or the home folder. */
const MAX_DEPTH = 4;

/** A provider that Terraform needs. */
export interface ProviderRelease {
  /** Namespace and type, such as `hashicorp/aws`. */
  readonly source: string;
  readonly version: string;
}

/**
 * Finds a filesystem mirror on this machine with a provider for this platform, in Terraform's unpacked
 * layout: `MIRROR/HOSTNAME/NAMESPACE/TYPE/VERSION/OS_ARCH`.
 *
 * @param provider - what the mirror must have
 * @param roots - folders to search @default - the disk's root and the home folder
 * @returns the mirror's folder; undefined if there is none
 * @see https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
 */
export function findProviderMirror(
  provider: ProviderRelease,
  roots: readonly string[] = [parse(process.cwd()).root, homedir()],
): string | undefined {
  const release = join(provider.source, provider.version, platform());
  for (const root of roots) {
    const found = searchBelow(root, release);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** Breadth first, to find a mirror near the root before entering large trees. */
function searchBelow(root: string, release: string): string | undefined {
  let level = [root];
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const next: string[] = [];
    for (const folder of level) {
      for (const child of subfolders(folder)) {
        if (existsSync(join(folder, child, release))) {
          return folder;
        }
        next.push(join(folder, child));
      }
    }
    level = next;
  }
  return undefined;
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !SKIPPED.has(entry.name))
      .map((entry) => entry.name);
  } catch {
    // The user may not read this folder.
    return [];
  }
}

function platform(): string {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  return `${os}_${arch}`;
}
