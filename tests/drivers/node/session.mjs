// One connection of a Node driver, driven by lines of JSON; see tests/drivers/sessions/processes.py for what may be asked.
// Usage: DATABASE_URL=... node session.mjs pg|pg-named|postgres

import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";

const url = process.env.DATABASE_URL;

async function connectPg(named) {
  const { default: pg } = await import("pg");
  const { default: Cursor } = await import("pg-cursor");
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const names = new Map();
  const nameOf = (sql) => names.get(sql) ?? (names.set(sql, `statement_${names.size}`), names.get(sql));
  const heard = mailbox();
  client.on("notification", (message) => heard.put(message.payload));
  let running;
  return {
    async query({ sql, parameters = [] }) {
      const name = named ? nameOf(sql) : undefined;
      const values = named || parameters.length ? parameters : undefined;
      const result = await client.query({ name, text: sql, values, rowMode: "array" });
      return result.rows ?? [];
    },
    begin: () => client.query("BEGIN"),
    commit: () => client.query("COMMIT"),
    rollback: () => client.query("ROLLBACK"),
    start({ sql }) {
      const query = new pg.Query({ text: sql });
      const over = new Promise((resolve, reject) => query.on("end", resolve).on("error", reject));
      over.catch(() => {});
      client.query(query);
      running = { query, over };
    },
    cancel() {
      new pg.Client({ connectionString: url }).cancel(client, running.query);
      return running.over;
    },
    listen: ({ channel }) => client.query(`LISTEN ${channel}`),
    heard: async () => [[await heard.take()]],
    async streamed({ sql, size }) {
      await client.query("BEGIN");
      const cursor = client.query(new Cursor(sql, [], { rowMode: "array" }));
      const rows = [];
      for (let part = await cursor.read(size); part.length; part = await cursor.read(size)) rows.push(...part);
      await cursor.close();
      await client.query("COMMIT");
      return rows;
    },
    encrypted: () => [[client.connection.stream.encrypted === true]],
    close: () => client.end(),
  };
}

async function connectPostgres() {
  const { default: postgres } = await import("postgres");
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  await sql`SELECT 1`;
  const heard = mailbox();
  let running;
  const rowsOf = async (query) => [...(await query.values())];
  return {
    query: ({ sql: text, parameters = [] }) => rowsOf(sql.unsafe(text, parameters, { prepare: parameters.length > 0 })),
    begin: () => sql.unsafe("BEGIN"),
    commit: () => sql.unsafe("COMMIT"),
    rollback: () => sql.unsafe("ROLLBACK"),
    start({ sql: text }) {
      running = sql.unsafe(text);
      running.catch(() => {});
    },
    cancel() {
      running.cancel();
      return running.then(() => []);
    },
    async copy_in({ sql: text, text: lines }) {
      await pipeline(Readable.from([lines]), await sql.unsafe(text).writable());
    },
    async copy_out({ sql: text }) {
      // It leaves a connection paused that has read more than a buffer of a COPY: no other may need this one.
      const once = postgres(url, { max: 1 });
      const parts = [];
      for await (const part of await once.unsafe(text).readable()) parts.push([part.toString()]);
      once.end({ timeout: 0 }).catch(() => {});
      return parts;
    },
    listen: ({ channel }) => sql.listen(channel, (payload) => heard.put(payload)).then(() => []),
    heard: async () => [[await heard.take()]],
    async streamed({ sql: text, size }) {
      const rows = [];
      for await (const part of sql.unsafe(text).values().cursor(size)) rows.push(...part);
      return rows;
    },
    // It shows no socket; but "require" never goes on without TLS, and anything else never asks for it.
    encrypted: () => [[sql.options.ssl === "require"]],
    close: () => sql.end(),
  };
}

function mailbox() {
  const kept = [];
  const waiting = [];
  return {
    put: (payload) => (waiting.length ? waiting.shift()(payload) : kept.push(payload)),
    take: () => (kept.length ? kept.shift() : new Promise((resolve) => waiting.push(resolve))),
  };
}

function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

function sayError(error) {
  say({ error: { code: error.code ?? null, message: error.message } });
}

let session;
try {
  session = process.argv[2] === "postgres" ? await connectPostgres() : await connectPg(process.argv[2] === "pg-named");
  say({ rows: [] });
} catch (error) {
  sayError(error);
  process.exit(1);
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    const rows = await session[request.do](request);
    say({ rows: Array.isArray(rows) ? rows : [] });
  } catch (error) {
    sayError(error);
  }
}
await session.close();
