// The page: who may see it, which view the address means, and what happens when the edge goes away.

import { call, isToken, of, on, token } from "./api.js";
import { cacheList } from "./caches.js";
import { connect } from "./connect.js";
import { el, fill } from "./dom.js";
import { word } from "./form.js";
import { observability } from "./observability.js";
import { complaint, tabs } from "./parts.js";
import { rules } from "./rules.js";
import { settings } from "./settings.js";
import { why } from "./why.js";

const VIEWS = [
  { id: "observability", title: "Observability", show: observability },
  { id: "why", title: "Why", show: why },
  { id: "rules", title: "Rules", show: rules },
  { id: "settings", title: "Settings", show: settings },
  { id: "connect", title: "Connect", show: connect },
];
const main = document.getElementById("main");
const banner = document.getElementById("banner");
let leaving = new AbortController();

/** Take a token out of the address, so that neither history nor a screenshot has it. */
function takeToken() {
  const found = new URLSearchParams(location.hash.slice(1)).get("token");
  if (found === null) return;
  history.replaceState(null, "", location.pathname);
  if (isToken(found)) token.set(found);
}

/** Show what the address means. */
async function show() {
  takeToken();
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  document.getElementById("leave").hidden = !token.get();
  if (!token.get()) return login();
  const [, id, tab] = /^#\/caches\/([^/]+)(?:\/(\w+))?$/.exec(location.hash) ?? [];
  try {
    if (id === undefined) return await list(signal);
    return await cachePage(await call("GET", of(decodeURIComponent(id)), { signal }), tab, signal);
  } catch (error) {
    if (error.name !== "AbortError" && error.status !== 401) failed(error);
  }
  return undefined;
}

function list(signal) {
  document.title = "Caches – PolyScale";
  return cacheList(main, { signal, go });
}

function go(hash) {
  if (location.hash === hash) show();
  else location.hash = hash;
}

function cachePage(cache, tab, signal) {
  const chosen = VIEWS.find((view) => view.id === tab) ?? VIEWS[0];
  document.title = `${cache.name}: ${chosen.title} – PolyScale`;
  const panel = el("div", { role: "tabpanel", id: "panel", tabindex: "0", "aria-labelledby": `tab-${chosen.id}` });
  let current = new AbortController();
  const open = (view, given) => {
    current.abort();
    current = new AbortController();
    panel.setAttribute("aria-labelledby", `tab-${view.id}`);
    document.title = `${cache.name}: ${view.title} – PolyScale`;
    // As high as before until the next view is there, or the page would jump.
    panel.style.minHeight = `${panel.offsetHeight}px`;
    fill(panel);
    const renamed = (changed) => {
      cache = changed;
      fill(heading, cache.name);
      fill(about, ...described(cache));
    };
    const tellWhy = (sql) => bar.select("why", sql);
    const shown = view.show(panel, { cache, signal: AbortSignal.any([signal, current.signal]), go, renamed, given, tellWhy });
    shown.catch((error) => {
      if (error.name !== "AbortError" && error.status !== 401) fill(panel, el("p", { class: "complaint", role: "alert" }, error.message));
    }).finally(() => { panel.style.minHeight = ""; });
  };
  const heading = el("h1", {}, cache.name);
  const about = el("p", { class: "about" }, described(cache));
  const bar = tabs(`Views of ${cache.name}`, VIEWS, chosen.id, (id, given) => {
    history.replaceState(null, "", `#/caches/${encodeURIComponent(cache.id)}/${id}`);
    open(VIEWS.find((view) => view.id === id), given);
  });
  fill(main, el("nav", { "aria-label": "Breadcrumb", class: "crumbs" }, el("a", { href: "#/" }, "Caches")), heading, about, bar.node, panel);
  open(chosen);
}

function described(cache) {
  return [
    el("span", { class: "tag" }, word(cache.database)),
    el("span", {}, `${cache.host}:${cache.port}`),
    cache.cachingEnabled ? null : el("span", { class: "tag warn" }, "caching is off"),
    cache.mode === "observe" ? el("span", { class: "tag warn" }, "observing") : null,
    cache.description ? el("span", { class: "muted" }, cache.description) : null,
  ].filter(Boolean);
}

function failed(error) {
  fill(main, el("h1", {}, "This could not be shown"), el("p", { class: "complaint", role: "alert" }, error.message),
    el("p", {}, el("a", { href: "#/" }, "Go to the list of caches")));
}

/** Ask for the token. */
function login(refusal) {
  document.title = "Log in – PolyScale";
  const input = el("input", { type: "password", id: "token", autocomplete: "off", required: true, "aria-describedby": "token-hint" });
  const wrong = complaint();
  if (refusal) wrong.show(refusal);
  const form = el("form", { class: "login", onsubmit: enter },
    el("h1", {}, "Log in to this edge"),
    el("div", { class: "field" }, el("label", { for: "token" }, "Token"), input,
      el("small", { id: "token-hint" }, "Print it with ", el("code", {}, "polyscale edge token"), ", or have ",
        el("code", {}, "polyscale console --open"), " bring it along. An API key does as well, as far as its scopes go. It stays in this tab.")),
    wrong.node, el("button", { class: "primary" }, "Log in"));
  async function enter(event) {
    event.preventDefault();
    wrong.clear();
    const secret = input.value.trim();
    if (!isToken(secret)) {
      wrong.show(new Error("This is no token: it holds characters that none has."));
      return;
    }
    try {
      await call("GET", "/v1/edge", { secret });
    } catch (error) {
      if (error.status !== 401) wrong.show(error);
      return;
    }
    token.set(secret);
    greet();
    show();
  }
  fill(main, form);
  input.focus();
}

/** Say which edge this is. */
async function greet() {
  try {
    const edge = await call("GET", "/v1/edge");
    fill(document.getElementById("where"), `edge ${edge.version} on ${location.host}`);
  } catch {
    // The view says what is wrong.
  }
}

on.refused = (error) => {
  const hadOne = Boolean(token.get());
  token.forget();
  leaving.abort();
  document.querySelectorAll("dialog").forEach((open) => open.close());
  document.getElementById("leave").hidden = true;
  if (hadOne || main.querySelector("form.login")) login(error);
};
on.gone = () => {
  fill(banner, "The edge does not answer. It may have stopped: ", el("code", {}, "polyscale edge status"), " says so, and ",
    el("code", {}, "polyscale edge start"), " starts it. This page goes on by itself when it is back.");
  banner.hidden = false;
};
on.back = () => {
  banner.hidden = true;
  greet();
  // What somebody has begun to write stays; everything else is shown anew.
  if (!document.querySelector("dialog[open]") && !document.activeElement.matches("main :is(input, textarea, select)")) show();
};

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.getElementById("leave").addEventListener("click", () => {
  token.forget();
  fill(document.getElementById("where"));
  show();
});
addEventListener("hashchange", async () => {
  await show();
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
});
takeToken();
if (token.get()) greet();
show();
