// Reads what `polyscale connstr` wrote for drivers on Node.js, each with the driver's own parser.
// In: a JSON array of [driver, database, text]. Out: an array of {host, port, user, password, database, id, tls} or {error}.
import { createRequire } from "node:module";
import fs from "node:fs";
import Module from "node:module";
import { Client } from "@polyscale/serverless-js";
import knex from "knex";
import mysql from "mysql2";
import pg from "pg";
import postgres from "postgres";
import mssql from "mssql";
import MariaOptions from "./node_modules/mariadb/lib/config/connection-options.js";

const require = createRequire(import.meta.url);

function prismaParser() {
  // The adapter does not export its parser.
  const file = require.resolve("@prisma/adapter-mssql");
  const loaded = new Module(file);
  loaded.filename = file;
  loaded.paths = Module._nodeModulePaths(file);
  loaded._compile(`${fs.readFileSync(file, "utf8")}\nmodule.exports.parse = parseConnectionString;`, file);
  return loaded.exports.parse;
}

const parsePrisma = prismaParser();

function node_postgres(config) {
  const found = new pg.Client(config).connectionParameters;
  const { host, port, user, password, database, application_name, ssl } = found;
  return { host, port, user, password, database, id: application_name, tls: ssl && ssl.rejectUnauthorized };
}

function mysql2(config) {
  const found = mysql.createPool(config).config.connectionConfig;
  const { host, port, user, password, database, ssl } = found;
  return { host, port, user, password, database, tls: ssl && ssl.rejectUnauthorized };
}

function sqlserver({ server, port, user, password, database, options }) {
  const tls = options.encrypt && !options.trustServerCertificate;
  return { host: server, port, user, password, database, tls };
}

function required(source) {
  const module = { exports: {} };
  new Function("module", source)(module);
  return module.exports;
}

function knexfile(text) {
  const { client, connection } = required(text);
  const settings = knex({ client, connection }).client.connectionSettings;
  if (client === "mssql") return sqlserver(settings);
  return client === "pg" ? node_postgres(settings) : mysql2(settings);
}

function mariadb(url) {
  const { host, port, user, password, database, ssl } = MariaOptions.parse(url);
  return { host, port, user, password, database, tls: ssl };
}

async function serverless(text) {
  let sent;
  globalThis.fetch = async (url, { body }) => {
    sent = { ...JSON.parse(body), url };
    return { status: 200, json: async () => [] };
  };
  const source = text.replace(/^import .*\n/, "");
  await new Function("Client", `${source}\nreturn client;`)(Client).query("SELECT 1");
  const { hostname, port } = new URL(sent.url);
  return { host: hostname, port, user: sent.username, password: sent.password, database: sent.database, id: sent.cacheId };
}

// What wrangler 4 does with --connection-string.
function hyperdrive(text) {
  const { hostname, port, username, password, pathname } = new URL(text);
  const [user, secret, database] = [username, password, pathname.replace("/", "")].map(decodeURIComponent);
  return { host: hostname, port, user, password: secret, database };
}

function postgres_js(text) {
  const { host, port, user, pass, database, connection, ssl } = postgres(text).options;
  return { host: host[0], port: port[0], user, password: pass, database, id: connection.application_name, tls: ssl };
}

const byDatabase = (readers) => (text, database) => (readers[database] ?? readers.mysql)(text);
// What @prisma/adapter-mariadb does to the scheme before it hands the URL on.
const prismaMysql = (text) => mariadb(text.replace(/^mysql:/, "mariadb:"));

const READERS = {
  "node-postgres": node_postgres,
  "postgres.js": postgres_js,
  mysql2,
  mariadb,
  mssql: (text) => sqlserver(mssql.ConnectionPool.parseConnectionString(text)),
  prisma: byDatabase({ postgres: node_postgres, mysql: prismaMysql, mssql: (text) => sqlserver(parsePrisma(text).config) }),
  drizzle: byDatabase({ postgres: node_postgres, mysql: mysql2 }),
  any: byDatabase({ postgres: node_postgres, mysql: mysql2, mssql: (text) => sqlserver(parsePrisma(text).config) }),
  knex: knexfile,
  hyperdrive,
  serverless,
};

const answers = [];
for (const [driver, database, text] of JSON.parse(fs.readFileSync(0, "utf8"))) {
  try {
    answers.push(await READERS[driver](text, database));
  } catch (error) {
    answers.push({ error: String(error) });
  }
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
