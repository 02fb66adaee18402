import { prod } from "../../src/config/environments";
import { environmentSuite } from "./environment-suite";

environmentSuite(prod, { destroy: "refused", account: "empty" });
