// A cache's settings, its purge, its network test and its end.

import { call, of, shape } from "./api.js";
import { remove } from "./caches.js";
import { el, fill } from "./dom.js";
import { controls } from "./form.js";
import { networkTest } from "./network.js";
import { busy, complaint, copyable, notice, section } from "./parts.js";
import { purge } from "./purge.js";

const ORDER = ["name", "description", "database", "host", "port", "originTls", "cachingEnabled", "defaultCachingBehaviour", "defaultTtl", "listenPort"];

/** Show the tab. */
export async function settings(panel, { cache, signal, go, renamed }) {
  const schema = await shape("UpdateCache", signal);
  const names = [...ORDER, ...Object.keys(schema.properties).filter((name) => !ORDER.includes(name))];
  const test = networkTest(cache, signal);
  const run = el("button", { type: "button", onclick: () => busy(run, test.run) }, "Run the test");
  const end = el("button", { type: "button", class: "danger", "data-key": "delete", onclick: () => remove(cache, () => go("#/")) }, "Delete Cache");
  const place = el("div", {});
  fill(panel,
    section("Cache ID", copyable(cache.id, { label: "the cache's id" })),
    section("Settings", place),
    section("Purge", purge(cache, await shape("Purge", signal), signal)),
    section("Network Test", el("p", { class: "muted" }, "From this edge to the database: its name, its port, its greeting. It needs no user."), test.node, el("div", { class: "buttons" }, run)),
    section("Delete Cache", el("p", { class: "muted" }, "Ends its connections and drops what it holds."), end));
  edit(cache);
  await test.latest().catch((error) => {
    if (error.name === "AbortError") throw error;
    fill(test.node, el("p", { class: "muted" }, error.message));
  });

  function edit(current) {
    const wrong = complaint();
    const made = controls(schema, names, current);
    const button = el("button", { class: "primary" }, "Save");
    fill(place, el("form", { class: "columns", onsubmit: submit }, made.nodes, wrong.node, el("div", { class: "buttons" }, button)));
    function submit(event) {
      event.preventDefault();
      wrong.clear();
      return busy(button, async () => {
        const body = made.read({ changed: true });
        if (!Object.keys(body).length) {
          notice("Nothing has changed.");
          return;
        }
        try {
          const saved = await call("PATCH", of(cache.id), { body });
          renamed(saved);
          edit(saved);
          place.querySelector("button.primary").focus();
          notice("Saved.");
        } catch (error) {
          wrong.show(error);
        }
      });
    }
  }
}
