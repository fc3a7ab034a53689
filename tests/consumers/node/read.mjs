// Prints as JSON what a Node program gets from a .env file: `node read.mjs dotenv|dotenv-expand FILE`.
import { readFileSync } from "node:fs";
import dotenv from "dotenv";
import { expand } from "dotenv-expand";

const [reader, file] = process.argv.slice(2);
const parsed = dotenv.parse(readFileSync(file));
const read = reader === "dotenv" ? parsed : expand({ parsed, processEnv: {} }).parsed;
process.stdout.write(JSON.stringify(read));
