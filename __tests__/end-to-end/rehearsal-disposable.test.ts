import { live } from "../helpers/live-environments";
import { environmentSuite } from "./environment-suite";

for (const config of live.filter(({ protectData }) => !protectData)) {
  environmentSuite(config, { destroy: "destroyed", account: "prepared" });
}
