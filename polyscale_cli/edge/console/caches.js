// The list of caches, and the form that makes one.

import { ApiError, call, of, shape } from "./api.js";
import { everyStep, sparkline } from "./chart.js";
import { el, fill, rebuild } from "./dom.js";
import { PORTS, controls, word } from "./form.js";
import { count, hitRatio, percent } from "./format.js";
import { networkTest } from "./network.js";
import { busy, complaint, copyable, dialog, notice, unavailable } from "./parts.js";
import { repeat } from "./repeat.js";

const HOUR_MS = 3_600_000;

/** Show the list. */
export async function cacheList(main, { signal, go }) {
  const place = el("div", { class: "scroll" });
  const add = el("button", { type: "button", class: "primary", onclick: () => create({ go, changed: refresh }) }, "New Cache");
  fill(main, el("div", { class: "head" }, el("h1", {}, "Caches"), add), place);

  async function refresh() {
    const caches = await call("GET", "/v1/caches", { signal });
    const rows = await Promise.all(caches.map(async (cache) => ({ cache, hour: await lastHour(cache.id, signal) })));
    rebuild(place, rows.length ? table(rows, { go, changed: refresh }) : nothing(() => create({ go, changed: refresh })));
  }

  try {
    await refresh();
  } catch (error) {
    if (error.name === "AbortError" || error.status === 401) return;
    fill(place, unavailable(error, "caches"));
  }
  repeat(refresh, signal);
}

function nothing(open) {
  return el("div", { class: "first" }, el("p", {}, "There are no caches yet. A cache stands in front of one database, and needs neither its user nor its password."),
    el("button", { type: "button", onclick: open }, "Create the first one"));
}

/** Traffic of the last hour; where the edge cannot tell it, all since it began. */
async function lastHour(id, signal) {
  const since = new Date(Date.now() - HOUR_MS).toISOString();
  try {
    const found = await call("GET", `${of(id, "statistics")}?since=${since.replace(/\.\d+/, "")}&step=minute`, { signal });
    const points = everyStep(found.points, found, { runs: 0 });
    return { ...found.total, curve: points.map((point) => point.runs) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 401) throw error;
    const { hits, misses, passes } = await call("GET", of(id, "metrics"), { signal });
    return { hits, misses, passes, runs: hits + misses + passes, curve: null };
  }
}

function table(rows, { go, changed }) {
  const hasCurves = rows.some(({ hour }) => hour.curve);
  const columns = [["Name"], ["Database"], ["Origin"], ["Hit ratio", "number"], [hasCurves ? "Queries, last hour" : "Queries", "number"], ...(hasCurves ? [["Traffic"]] : [])];
  return el("table", { class: "caches" }, el("caption", { class: "unseen" }, "Caches of this edge"),
    el("thead", {}, el("tr", {}, columns.map(([name, kind]) => el("th", { scope: "col", class: kind }, name)), el("td", {}))),
    el("tbody", {}, rows.map(({ cache, hour }) => row(cache, hour, hasCurves, { go, changed }))));
}

function row(cache, hour, hasCurves, { go, changed }) {
  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: `#/caches/${encodeURIComponent(cache.id)}`, "data-key": `open-${cache.id}` }, cache.name),
      cache.cachingEnabled ? null : el("span", { class: "tag warn" }, "caching is off"),
      cache.mode === "observe" ? el("span", { class: "tag warn" }, "observing") : null,
      cache.description ? el("small", {}, cache.description) : null),
    el("td", {}, word(cache.database)),
    el("td", { class: "origin" }, `${cache.host}:${cache.port}`),
    el("td", { class: "number" }, percent(hitRatio(hour))),
    el("td", { class: "number" }, count(hour.runs)),
    hasCurves ? el("td", {}, hour.curve ? sparkline(hour.curve) : null) : null,
    el("td", { class: "number" }, el("button", { type: "button", class: "small danger", "data-key": `delete-${cache.id}`, "aria-label": `Delete ${cache.name}`,
      onclick: () => remove(cache, changed) }, "Delete")));
}

/** Ask for the name of a cache, and delete it. */
export function remove(cache, done) {
  const wrong = complaint();
  const input = el("input", { type: "text", id: "confirm", autocomplete: "off", spellcheck: "false", oninput: () => { button.disabled = input.value !== cache.name; } });
  const button = el("button", { class: "danger", disabled: true }, "Delete Cache");
  const form = el("form", { onsubmit: submit },
    el("p", {}, "Its connections end, and what it holds goes. The database itself is not touched."),
    el("div", { class: "field" }, el("label", { for: "confirm" }, "Type ", el("b", {}, cache.name), " to confirm"), input),
    wrong.node, el("div", { class: "buttons" }, button));
  const shown = dialog(`Delete ${cache.name}?`, form);
  function submit(event) {
    event.preventDefault();
    wrong.clear();
    return busy(button, async () => {
      try {
        await call("DELETE", of(cache.id));
        await done();
        shown.close();
        notice(`Deleted ${cache.name}.`);
      } catch (error) {
        wrong.show(error);
      }
    });
  }
}

/** Ask for a new cache, make it, and show how to connect and whether the database can be reached. */
async function create({ go, changed }) {
  const wrong = complaint();
  const schema = await shape("CreateCache");
  const made = controls(schema, ["name", "database", "host", "port", "cachingEnabled", "defaultCachingBehaviour", "description"], { port: PORTS.postgres });
  const button = el("button", { class: "primary" }, "Create");
  const form = el("form", { onsubmit: submit }, made.nodes, wrong.node, el("div", { class: "buttons" }, button));
  const type = made.input("database");
  const port = made.input("port");
  let usual = String(PORTS[type.value]);
  type.addEventListener("change", () => {
    if (port.value === usual || port.value === "") port.value = PORTS[type.value] ?? "";
    usual = String(PORTS[type.value] ?? "");
  });
  const shown = dialog("New Cache", form);
  function submit(event) {
    event.preventDefault();
    wrong.clear();
    return busy(button, async () => {
      try {
        const cache = await call("POST", "/v1/caches", { body: made.read() });
        await changed();
        form.replaceWith(created(cache, () => {
          shown.close();
          go(`#/caches/${encodeURIComponent(cache.id)}/connect`);
        }));
        shown.querySelector(".primary").focus();
      } catch (error) {
        wrong.show(error);
      }
    });
  }
}

function created(cache, open) {
  const uri = cache.connectionUriTemplate;
  const test = networkTest(cache);
  test.run();
  return el("div", {},
    el("p", {}, `${cache.name} is ready. Connect your program to it in place of the database:`),
    uri ? copyable(uri, { label: "the connection URI", block: true }) : el("p", { class: "empty" }, `This edge has no listener for ${word(cache.database)}.`),
    el("h3", {}, "Network Test"), test.node,
    el("div", { class: "buttons" }, el("button", { type: "button", class: "primary", onclick: open }, "More ways to connect")));
}
