// What was found, as the server's messages quote it (Python's repr), short enough to be read.

const LARGEST = 1e12;
const LONGEST = 60; // characters

/** A text as it is, anything else as the server writes it; never more than 60 characters. */
export function brief(raw) {
  if (typeof raw === "number" && Number.isInteger(raw) && Math.abs(raw) > LARGEST) return "大きすぎる数値";
  const text = [...(typeof raw === "string" ? raw : quoted(raw))];
  return text.length <= LONGEST ? text.join("") : `${text.slice(0, LONGEST - 3).join("")}…`;
}

/** A JSON value as Python's repr writes it; 2.0 and 2 are one number here, written "2". */
export function quoted(raw) {
  if (raw === null || raw === undefined) return "None";
  if (typeof raw === "boolean") return raw ? "True" : "False";
  if (typeof raw === "number") return numberText(raw);
  if (typeof raw === "string") return stringText(raw);
  if (Array.isArray(raw)) return `[${raw.map(quoted).join(", ")}]`;
  const pairs = Object.entries(raw).map(([key, value]) => `${stringText(key)}: ${quoted(value)}`);
  return `{${pairs.join(", ")}}`;
}

/** A number as Python writes it: exponents from 0.0001 down, of two digits. @param {number} number */
export function numberText(number) {
  if (!Number.isFinite(number)) return { NaN: "nan", Infinity: "inf" }[number] ?? "-inf";
  if (Number.isInteger(number)) return BigInt(number).toString();
  if (Math.abs(number) >= 1e-4) return String(number);
  return number.toExponential().replace(/e-(\d)$/, "e-0$1");
}

function stringText(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + [...text].map((sign) => escaped(sign, quote)).join("") + quote;
}

function escaped(sign, quote) {
  if (sign === quote || sign === "\\") return `\\${sign}`;
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[sign];
  if (short !== undefined) return short;
  if (sign === " " || !/[\p{C}\p{Z}]/u.test(sign)) return sign;
  const code = sign.codePointAt(0);
  const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
}
