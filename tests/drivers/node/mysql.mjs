// One connection of mysql2 or mariadb, driven by lines of JSON; see tests/drivers/mysql/sessions/processes.py for what
// may be asked. Usage: DATABASE_URL='{"host": …}' node mysql.mjs mysql2|mariadb

import { createInterface } from "node:readline";

const address = JSON.parse(process.env.DATABASE_URL);
const { host, port, user, password, database } = address;
const ssl = address.encrypted ? { rejectUnauthorized: false } : undefined;
const where = { host, port, user, password, database, ssl };

// Something that has no rows.
const done = (promise) => promise.then(() => []);

async function connectMySql2() {
  const { default: mysql } = await import("mysql2/promise");
  const connection = await mysql.createConnection({
    ...where, rowsAsArray: true, multipleStatements: true, supportBigNumbers: true, bigNumberStrings: true,
  });
  const rowsOf = ([rows]) => (Array.isArray(rows) ? rows : []);
  return {
    query: async ({ sql, parameters }) => rowsOf(await connection.query(sql, parameters)),
    prepared: async ({ sql, parameters }) => rowsOf(await connection.execute(sql, parameters)),
    async several({ sql }) {
      const [results, fields] = await connection.query(sql);
      // Of one result alone it makes no list of results.
      const all = Array.isArray(fields?.[0]) || fields?.some((each) => each === undefined || Array.isArray(each)) ? results : [results];
      return all.filter(Array.isArray).map((rows) => [rows]);
    },
    begin: () => done(connection.beginTransaction()),
    commit: () => done(connection.commit()),
    rollback: () => done(connection.rollback()),
    reset: () => done(connection.changeUser({})),
    encrypted: () => [[connection.connection.stream.encrypted === true]],
    close: () => connection.end(),
  };
}

async function connectMariaDb() {
  const mariadb = await import("mariadb");
  const connection = await mariadb.createConnection({
    ...where, rowsAsArray: true, multipleStatements: true, bigIntAsNumber: false, allowPublicKeyRetrieval: true,
  });
  const rowsOf = (rows) => (Array.isArray(rows) ? [...rows] : []);
  return {
    query: async ({ sql, parameters }) => rowsOf(await connection.query(sql, parameters)),
    prepared: async ({ sql, parameters }) => rowsOf(await connection.execute(sql, parameters)),
    async several({ sql }) {
      const results = await connection.query(sql);
      return results.filter(Array.isArray).map((rows) => [[...rows]]);
    },
    begin: () => done(connection.beginTransaction()),
    commit: () => done(connection.commit()),
    rollback: () => done(connection.rollback()),
    reset: () => done(connection.reset()),
    encrypted: () => [[null]],
    close: () => connection.end(),
  };
}

function say(answer) {
  const plain = (_, value) => (typeof value === "bigint" ? `${value}n` : value);
  process.stdout.write(`${JSON.stringify(answer, plain)}\n`);
}

function sayError(error) {
  // What mariadb for Node.js says of the statement and the connection is its own.
  const message = error.sqlMessage ?? error.message;
  say({ error: { code: error.sqlState ?? null, message: `${error.errno}: ${message}` } });
}

let session;
try {
  session = process.argv[2] === "mysql2" ? await connectMySql2() : await connectMariaDb();
  say({ rows: [] });
} catch (error) {
  sayError(error);
  process.exit(1);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    say({ rows: await session[request.do](request) });
  } catch (error) {
    sayError(error);
  }
}
await session.close();
