// Prisma's client with one connection, driven by lines of JSON; see tests/drivers/sessions/processes.py for what may be
// asked. Usage: DATABASE_URL=postgresql://… node session.mjs, or DATABASE_URL='{"host": …}' node session.mjs mysql

import { createInterface } from "node:readline";

async function toPostgres() {
  const { PrismaPg } = await import("@prisma/adapter-pg");
  const { PrismaClient } = await import("./node_modules/.generated/index.js");
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 1 }) });
}

async function toMySql() {
  const { PrismaMariaDb } = await import("@prisma/adapter-mariadb");
  const { PrismaClient } = await import("./node_modules/.generated-mysql/index.js");
  const { encrypted, ...where } = JSON.parse(process.env.DATABASE_URL);
  const ssl = encrypted ? { rejectUnauthorized: false } : undefined;
  const adapter = new PrismaMariaDb({ ...where, ssl, connectionLimit: 1, allowPublicKeyRetrieval: true });
  return new PrismaClient({ adapter });
}

const client = await (process.argv[2] === "mysql" ? toMySql() : toPostgres());
let transaction;

function begin() {
  // An interactive transaction ends with its function.
  return new Promise((begun, refused) => {
    const over = client.$transaction(
      (inside) =>
        new Promise((resolve, reject) => {
          transaction = { inside, resolve, reject };
          begun([]);
        }),
      { isolationLevel: undefined, maxWait: 10_000, timeout: 60_000 },
    );
    over.catch(refused);
    queueMicrotask(() => (begin.over = over));
  });
}

async function end(how) {
  const { resolve, reject } = transaction;
  transaction = undefined;
  how === "commit" ? resolve() : reject(new Error("rolled back"));
  await begin.over.catch((error) => {
    if (error.message !== "rolled back") throw error;
  });
  return [];
}

const session = {
  async query({ sql, parameters = [] }) {
    const rows = await (transaction?.inside ?? client).$queryRawUnsafe(sql, ...parameters);
    return rows.map((row) => Object.values(row));
  },
  // Through the model, the way that most programs use it.
  async find({ id }) {
    const found = await (transaction?.inside ?? client).item.findUnique({ where: { id } });
    return found ? [[found.id, found.name]] : [];
  },
  async rename({ id, name }) {
    const made = await (transaction?.inside ?? client).item.update({ where: { id }, data: { name } });
    return [[made.id, made.name]];
  },
  begin,
  commit: () => end("commit"),
  rollback: () => end("rollback"),
  encrypted: () => [[null]],
};

function say(answer) {
  const plain = (_, value) => (typeof value === "bigint" ? Number(value) : value);
  process.stdout.write(`${JSON.stringify(answer, plain)}\n`);
}

function sayError(error) {
  const cause = error.meta?.driverAdapterError?.cause ?? error.cause ?? error;
  say({ error: { code: cause.originalCode ?? error.code ?? null, message: cause.originalMessage ?? error.message } });
}

try {
  await client.$connect();
  await session.query({ sql: "SELECT 1 AS ready" });
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
await client.$disconnect();
