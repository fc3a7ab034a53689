// @polyscale/serverless-js, driven by lines of JSON: {endpoint, connection, sql, bindings, ownFetch} in, and out
// {rows} or {thrown}, with the status and the Cache-Status that the client itself hands to nobody if ownFetch is true.

import { createInterface } from "node:readline";
import { Client, models } from "@polyscale/serverless-js";

function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { endpoint, connection, sql, bindings, ownFetch } = JSON.parse(line);
  const seen = {};
  const listening = async (...request) => {
    const response = await fetch(...request);
    seen.status = response.status;
    seen.cacheStatus = response.headers.get("Cache-Status");
    return response;
  };
  try {
    const client = ownFetch ? new Client(endpoint, connection, listening) : new Client(endpoint, connection);
    const rows = bindings === null ? await client.query(sql) : await client.query(sql, bindings);
    say({ ...seen, rows: models.SqlQueryReplySuccess.parse(rows) });
  } catch (thrown) {
    // What is no answer of the edge's is an Error: a refusal of the client's own, or of the connection.
    say({ ...seen, thrown: thrown instanceof Error ? { error: thrown.name } : models.SqlQueryReplyError.strict().parse(thrown) });
  }
}
