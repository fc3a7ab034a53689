// Numbers, durations and times as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const NOTHING = "–";

/** 1,204; from a hundred thousand on 120.4K. */
export function count(value) {
  if (value === null || value === undefined) return NOTHING;
  return value < 100_000 ? whole.format(value) : short.format(value);
}

/** A share from 0 to 1 as 98.7 %. Nearly all is not all. */
export function percent(share) {
  if (share === null || share === undefined) return NOTHING;
  const tenths = share * 1000;
  const rounded = share < 1 ? Math.min(Math.round(tenths), 999) : 1000;
  return `${rounded % 10 && rounded < 1000 ? (rounded / 10).toFixed(1) : rounded / 10} %`;
}

/** Hits of hits and misses, as the API reckons it; what cannot be kept does not count. */
export function hitRatio({ hits, misses }) {
  return hits + misses ? hits / (hits + misses) : null;
}

function digits(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1).replace(/\.0$/, "") : value.toFixed(2).replace(/\.?0+$/, "");
}

/** A duration in seconds: 180 µs, 2.4 ms, 3 s, 5 min, 2.5 h, 3 d. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return NOTHING;
  if (seconds === 0) return "0 s";
  const size = Math.abs(seconds);
  if (size < 0.001) return `${digits(size * 1e6)} µs`;
  if (size < 1) return `${digits(size * 1e3)} ms`;
  if (size < 120) return `${digits(size)} s`;
  if (size < 7200) return `${digits(size / 60)} min`;
  if (size < 172_800) return `${digits(size / 3600)} h`;
  return `${digits(size / 86_400)} d`;
}

/** A time to live: null is not known, 0 never kept. */
export function ttl(seconds) {
  return seconds === 0 ? "never" : duration(seconds);
}

/** Bytes in units of 1024. */
export function bytes(value) {
  if (value === null || value === undefined) return NOTHING;
  const units = ["B", "KiB", "MiB", "GiB"];
  let size = value;
  while (size >= 1024 && units.length > 1) {
    size /= 1024;
    units.shift();
  }
  return `${digits(size)} ${units[0]}`;
}

/** A time of the API in the reader's own zone; with its day where the span is longer than one. */
export function moment(text, withDay = false) {
  const date = new Date(text);
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return withDay ? `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}` : time;
}

/** A time of the API to the second, in the reader's own zone; with its day where that is another than today. */
export function instant(text) {
  const date = new Date(text);
  const time = date.toLocaleTimeString("en-GB");
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? time : `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${time}`;
}

/** How long ago a time of the API was, in whole seconds, minutes, hours or days. */
export function ago(text) {
  if (!text) return NOTHING;
  const seconds = Math.max(0, (Date.now() - Date.parse(text)) / 1000);
  if (seconds < 10) return "now";
  const unit = seconds < 120 ? 1 : seconds < 7200 ? 60 : seconds < 172_800 ? 3600 : 86_400;
  return `${duration(Math.floor(seconds / unit) * unit)} ago`;
}

/** One thing or several: 1 entry, 2 entries. */
export function several(number, one, many) {
  return `${count(number)} ${number === 1 ? one : many}`;
}
