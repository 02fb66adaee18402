import { prod } from "../../src/config/environments";
import { mutationsSuite } from "./mutations-suite";

mutationsSuite(prod);
