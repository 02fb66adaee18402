/** Preloaded into a measured process: writes its peak memory in KiB to a given file. */
const { writeFileSync } = require("node:fs");

process.on("exit", () => {
  const file = process.env.PEAK_MEMORY_FILE;
  if (file !== undefined) {
    writeFileSync(file, String(process.resourceUsage().maxRSS));
  }
});
