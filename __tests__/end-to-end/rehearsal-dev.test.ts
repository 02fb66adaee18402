import { dev } from "../../src/config/environments";
import { environmentSuite } from "./environment-suite";

environmentSuite(dev, { destroy: "destroyed", account: "prepared" });
