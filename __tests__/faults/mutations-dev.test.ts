import { dev } from "../../src/config/environments";
import { mutationsSuite } from "./mutations-suite";

mutationsSuite(dev);
