// One connection of a Node driver, driven by lines of JSON: {"sql", "parameters"} in, {"rows"} or {"error"} out; {"encrypted"} asks for one row.
// The first line out says that the connection stands. Usage: DATABASE_URL=... node session.mjs pg|pg-named|postgres

import { createInterface } from "node:readline";

const url = process.env.DATABASE_URL;

async function connectPg(named) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  const names = new Map();
  const nameOf = (sql) => names.get(sql) ?? (names.set(sql, `statement_${names.size}`), names.get(sql));
  return {
    async query(sql, parameters) {
      const name = named ? nameOf(sql) : undefined;
      const values = named || parameters.length ? parameters : undefined;
      const result = await client.query({ name, text: sql, values, rowMode: "array" });
      return result.rows ?? [];
    },
    encrypted: () => client.connection.stream.encrypted === true,
    close: () => client.end(),
  };
}

async function connectPostgres() {
  const { default: postgres } = await import("postgres");
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  await sql`SELECT 1`;
  return {
    query: async (text, parameters) => [...(await sql.unsafe(text, parameters, { prepare: parameters.length > 0 }).values())],
    // It shows no socket; but "require" never goes on without TLS, and anything else never asks for it.
    encrypted: () => sql.options.ssl === "require",
    close: () => sql.end(),
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
    say({ rows: request.encrypted ? [[session.encrypted()]] : await session.query(request.sql, request.parameters) });
  } catch (error) {
    sayError(error);
  }
}
await session.close();
