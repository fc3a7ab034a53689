// Logs in with what `polyscale connstr` wrote. In: a JSON array of [driver, text]. Out: for each, who the server says it is.
import fs from "node:fs";
import knex from "knex";
import * as mariadb from "mariadb";
import mysql from "mysql2/promise";
import pg from "pg";
import postgres from "postgres";

const WHO = "SELECT current_user AS who";

async function node_postgres(url) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(WHO)).rows[0].who;
  } finally {
    await client.end();
  }
}

async function mysql2(url) {
  const connection = await mysql.createConnection(url);
  try {
    return (await connection.query(WHO))[0][0].who;
  } finally {
    connection.destroy();
  }
}

async function maria(url) {
  const connection = await mariadb.createConnection(url);
  try {
    return (await connection.query(WHO))[0].who;
  } finally {
    await connection.end();
  }
}

async function postgres_js(url) {
  const sql = postgres(url, { max: 1 });
  try {
    return (await sql.unsafe(WHO))[0].who;
  } finally {
    await sql.end();
  }
}

async function knexfile(text) {
  const module = { exports: {} };
  new Function("module", text)(module);
  const db = knex(module.exports);
  try {
    return (await db.select(db.raw("current_user AS who")))[0].who;
  } finally {
    await db.destroy();
  }
}

const DRIVERS = {
  "node-postgres": node_postgres,
  "postgres.js": postgres_js,
  drizzle: (url) => (url.startsWith("postgres") ? node_postgres(url) : mysql2(url)),
  knex: knexfile,
  mysql2,
  mariadb: maria,
};

const answers = [];
for (const [driver, text] of JSON.parse(fs.readFileSync(0, "utf8"))) {
  try {
    answers.push(await DRIVERS[driver](text));
  } catch (error) {
    answers.push(`${error}`);
  }
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
