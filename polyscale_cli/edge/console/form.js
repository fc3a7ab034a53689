// Forms made from the fields that the edge says it takes: one that is new to this page is shown all the same.

import { el, unique } from "./dom.js";

const LABELS = {
  name: "Cache Name",
  database: "DB Type",
  host: "DB Host",
  port: "DB Port",
  cachingEnabled: "Caching",
  defaultCachingBehaviour: "Cache Defaults",
  description: "Description",
  defaultTtl: "Longest TTL, in seconds",
  originTls: "TLS to the database",
  listenPort: "A port of its own",
  mode: "Mode",
};
// In place of the API's description, which speaks to programs.
const HINTS = {
  name: "Letters, digits, dots, underscores, hyphens and inner spaces; at most 63.",
  database: "",
  host: "",
  port: "",
  description: "",
  cachingEnabled: "Off relays everything and keeps nothing.",
  defaultTtl: "The longest that automation keeps an answer; 0 keeps only what rules name.",
  originTls: "The words of libpq's sslmode.",
  mode: "Observing has every answer come from the database, and counts what would have been served.",
  listenPort: "For clients that can carry no cache id. 0 takes any free one; empty has none.",
};
const WORDS = {
  postgres: "PostgreSQL",
  mysql: "MySQL",
  mariadb: "MariaDB",
  mssql: "SQL Server",
  autoCached: "Auto-cached",
  uncached: "Uncached",
  cache: "Cache",
  observe: "Observe only",
};
export const PORTS = { postgres: 5432, mysql: 3306, mariadb: 3306, mssql: 1433 };

/** A word of the API as people write it. */
export function word(value) {
  return WORDS[value] ?? value;
}

/** The name of a field as people write it; of one that is not known, its own with spaces. */
function label(name) {
  return LABELS[name] ?? name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase());
}

/** Controls for fields of a schema, with the values they begin with. */
export function controls(schema, names, values) {
  const made = names.filter((name) => schema.properties[name]).map((name) => control(name, schema, values[name]));
  return {
    nodes: made.map((one) => one.node),
    input: (name) => made.find((one) => one.name === name)?.input,
    /** The fields whose values are other than they were, or all that say something. */
    read: ({ changed = false } = {}) =>
      Object.fromEntries(made.map((one) => [one.name, one.read()]).filter(([name, value]) => (changed ? !same(value, values[name]) : value !== undefined && value !== null && value !== ""))),
  };
}

function same(one, other) {
  return (one ?? null) === (other ?? null);
}

function control(name, schema, value) {
  const field = schema.properties[name];
  const types = [field.type].flat();
  const id = unique(name);
  const said = HINTS[name] ?? field.description ?? "";
  const hint = said ? el("small", { id: `${id}-hint` }, said) : null;
  const about = { id, name, "aria-describedby": hint && hint.id };
  const required = (schema.required ?? []).includes(name);
  let input;
  let read;
  if (types.includes("boolean")) {
    input = el("input", { ...about, type: "checkbox", role: "switch", checked: Boolean(value ?? field.default) });
    read = () => input.checked;
    return { name, input, read, node: el("div", { class: "field switch" }, input, el("label", { for: id }, label(name)), hint) };
  }
  if (field.enum) {
    const chosen = value ?? field.default ?? field.enum[0];
    input = el("select", about, field.enum.map((one) => el("option", { value: one, selected: one === chosen }, word(one))));
    read = () => input.value;
  } else if (types.includes("integer") || types.includes("number")) {
    input = el("input", { ...about, type: "number", inputmode: "numeric", min: field.minimum, max: field.maximum,
      step: types.includes("integer") ? "1" : "any", required: !types.includes("null") && (required || value !== undefined), value: value ?? field.default ?? "" });
    read = () => (input.value === "" ? (types.includes("null") ? null : undefined) : Number(input.value));
  } else {
    const isLong = (field.maxLength ?? 0) >= 500;
    input = el(isLong ? "textarea" : "input", { ...about, ...(isLong ? { rows: 2 } : { type: "text" }), maxlength: field.maxLength,
      required, autocomplete: "off", spellcheck: isLong ? "true" : "false", value: value ?? field.default ?? "" });
    read = () => input.value;
  }
  return { name, input, read, node: el("div", { class: "field" }, el("label", { for: id }, label(name)), input, hint) };
}
