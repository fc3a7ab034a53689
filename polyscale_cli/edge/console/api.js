// The management API, with the token that this tab holds.

const STORED = "polyscale-token";
const RETRY_MS = 1000;

/** An answer of 400 or more, in the API's own words. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether this edge does not know the operation, as one of another version may not. */
  get isUnknownOperation() {
    return (this.status === 404 && this.code === "NOT_FOUND") || this.status === 405;
  }
}

/** The edge does not answer at all. */
export class EdgeGone extends Error {
  constructor() {
    super("The edge does not answer.");
  }
}

/** What the page does about it; set once by the page. */
export const on = { refused: () => {}, gone: () => {}, back: () => {} };

/** The token, kept for this tab; where a browser keeps nothing, until the page is left. */
export const token = {
  held: null,
  get() {
    return this.held ?? stored((storage) => storage.getItem(STORED));
  },
  set(secret) {
    this.held = secret;
    stored((storage) => storage.setItem(STORED, secret));
  },
  forget() {
    this.held = null;
    stored((storage) => storage.removeItem(STORED));
  },
};

function stored(work) {
  try {
    return work(sessionStorage);
  } catch {
    return null;
  }
}

/** Whether a text can be a token at all: no header carries another. */
export function isToken(text) {
  return /^[!-~]+$/.test(text);
}

let waiting = false;

/** Send a request and give the answer's document, or null where it has none. */
export async function call(method, path, { body, signal, secret = token.get() } = {}) {
  const headers = { Authorization: `Bearer ${secret ?? ""}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    response = await fetch(path, { method, headers, body: sent, signal, cache: "no-store", credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    waitForEdge();
    throw new EdgeGone();
  }
  const text = await response.text();
  const document = text ? parsed(text) : null;
  if (response.ok) return document;
  const error = new ApiError(response.status, document?.code ?? "", document?.message ?? `The edge answered ${response.status}.`);
  if (response.status === 401) on.refused(error);
  throw error;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function waitForEdge() {
  if (waiting) return;
  waiting = true;
  on.gone();
  for (;;) {
    await new Promise((done) => setTimeout(done, RETRY_MS));
    try {
      if ((await fetch("/healthz", { cache: "no-store" })).ok) break;
    } catch {
      // Still gone.
    }
  }
  waiting = false;
  on.back();
}

/** The path of a cache, and of what is below it. */
export function of(cacheId, ...rest) {
  return ["/v1/caches", cacheId, ...rest].map((part, at) => (at ? encodeURIComponent(part) : part)).join("/");
}

let schemas;

/** The fields that an operation takes, as the edge's own OpenAPI document has them. */
export async function shape(name, signal) {
  schemas ??= (await call("GET", "/openapi.json", { signal })).components.schemas;
  return schemas[name];
}
