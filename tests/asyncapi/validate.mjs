// Exit code 1 and a line for each fault when the published document is not valid AsyncAPI.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const file = process.argv[2];
const diagnostics = await new Parser().validate(readFileSync(file, "utf8"));
const errors = diagnostics.filter((found) => found.severity === 0);
for (const found of errors) console.error(`${file}: ${found.path.join(".")}: ${found.message}`);
if (errors.length > 0) process.exit(1);
console.log(`${file} is valid AsyncAPI`);
