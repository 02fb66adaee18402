import { live } from "../helpers/live-environments";
import { mutationsSuite } from "./mutations-suite";

for (const config of live.filter(({ protectData }) => protectData)) {
  mutationsSuite(config);
}
