import { Client, type SqlQueryRequestError } from "@polyscale/serverless-js";

export interface Env {
  ENDPOINT: string;
  CACHE_ID: string;
  USERNAME: string;
  PASSWORD: string;
  DATABASE_NAME: string;
}

interface Planet {
  id: number;
  name: string;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const polyscale = new Client(env.ENDPOINT, {
      cacheId: env.CACHE_ID,
      username: env.USERNAME,
      password: env.PASSWORD,
      database: env.DATABASE_NAME,
      provider: "postgres",
    });
    const name = new URL(request.url).searchParams.get("name");
    try {
      const planets =
        name === null
          ? await polyscale.query<Planet>("SELECT id, name FROM planets ORDER BY id")
          : await polyscale.query<Planet>("SELECT id, name FROM planets WHERE name = ?", [name]);
      return Response.json(planets);
    } catch (error) {
      // What the edge or the database refused. It is for the log: whoever asked has no use for it.
      const { statusCode, code, message } = error as SqlQueryRequestError;
      console.error(statusCode, code, message);
      return Response.json({ error: "The planets are out of reach." }, { status: 503 });
    }
  },
};
