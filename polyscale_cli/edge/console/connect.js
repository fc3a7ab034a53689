// How to connect: the address, and what each driver reads, as `polyscale connstr` writes it.

import { el, fill } from "./dom.js";
import { word } from "./form.js";
import { copyable, section } from "./parts.js";

const PLACEHOLDERS = { user: "USER", password: "PASSWORD", database: "DATABASE" };
// What each driver encodes in its own way is left to the command, which knows them all.
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]*$/;
let table;

/** Show the tab. */
export async function connect(panel, { cache, signal }) {
  const where = addressOf(cache.connectionUriTemplate);
  if (!where) {
    fill(panel, el("p", { class: "empty" }, `This edge has no listener for ${word(cache.database)}, so no program can connect to this cache.`));
    return;
  }
  table ??= await (await fetch("/console/drivers.json", { signal })).json();
  const drivers = table[cache.database] ?? [];
  const place = el("div", { class: "snippet" });
  const driver = el("select", { id: "driver", onchange: write }, drivers.map((one) => el("option", { value: one.name }, `${one.name}: ${one.summary}`)));
  const user = input("user", "Database user");
  const database = input("database", "Database name");
  fill(panel,
    section("Connection URI", copyable(cache.connectionUriTemplate, { label: "the connection URI", block: true }),
      el("p", { class: "muted" }, "User, password and database are the database's own. The edge keeps none of them.")),
    section("For a driver or framework",
      el("div", { class: "columns three" }, el("div", { class: "field" }, el("label", { for: "driver" }, "For"), driver), user.node, database.node), place));
  write();

  function write() {
    const chosen = drivers.find((one) => one.name === driver.value);
    const said = Object.fromEntries([["user", user], ["database", database]].map(([name, one]) => [name, one.input.value.trim() || PLACEHOLDERS[name]]));
    if (!Object.values(said).every((value) => PLAIN.test(value))) {
      const command = `polyscale connstr ${shellWord(cache.name)} --driver ${chosen.name}`;
      fill(place, el("p", {}, "A name with other characters than letters, digits and underscores is written differently by each driver. The command does it right, and asks for the rest:"),
        copyable(command, { label: "the command", block: true }));
      return;
    }
    if (chosen.noIpv6 && where.host.includes(":")) {
      fill(place, el("p", { class: "empty" }, `${chosen.name} cannot be given this address.`));
      return;
    }
    const values = { ...where, ...said, password: PLACEHOLDERS.password, id: cache.id, http: location.origin };
    const notes = [...chosen.notes, ...(isLoopback(where.host) ? chosen.onThisMachine : [])];
    fill(place, copyable(filled(chosen.text, values), { label: `what ${chosen.name} reads`, block: true }),
      notes.length ? el("ul", { class: "words" }, notes.map((note) => el("li", {}, filled(note, values)))) : null);
  }

  function input(name, label) {
    const made = el("input", { id: `connect-${name}`, type: "text", autocomplete: "off", spellcheck: "false", placeholder: PLACEHOLDERS[name], oninput: write });
    return { input: made, node: el("div", { class: "field" }, el("label", { for: `connect-${name}` }, label), made) };
  }
}

/** Host and port out of a template. */
function addressOf(template) {
  const [, bracketed, name, port] = /@(?:\[([^\]]+)\]|([^:/]+)):(\d+)\//.exec(template) ?? [];
  const host = bracketed ?? name;
  return host && { host, address: bracketed ? `[${host}]` : host, port };
}

function isLoopback(host) {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

function filled(text, values) {
  return text.replace(/«(\w+)»/g, (_, name) => values[name]);
}

function shellWord(text) {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
