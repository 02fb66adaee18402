import { dev } from "../../src/config/environments";
import { environmentSuite } from "./environment-suite";

environmentSuite(dev, "destroyed");
