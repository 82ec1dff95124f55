// Exact numbers: fractions of two BigInts. A JSON number is the decimal that it is written as,
// which is what the server's Decimals are; 0.1 + 0.2 is 0.3 here.

/** @typedef {{ n: bigint, d: bigint, text?: string }} Exact a fraction, d > 0, not reduced; text: as a rule writes it */

const WRITTEN = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;


/**
 * The decimal that a finite number is written as, with its count of decimal places.
 * The shortest digits that give the same double are the same here and in the server's language.
 * @param {number} number
 * @returns {{ value: Exact, places: number }}
 */
export function written(number) {
  const [, sign, whole, part = "", exponent = "0"] = WRITTEN.exec(String(number));
  const digits = BigInt(whole + part) * (sign ? -1n : 1n);
  const places = part.length - Number(exponent);
  const value =
    places > 0 ? { n: digits, d: 10n ** BigInt(places) } : { n: digits * 10n ** BigInt(-places), d: 1n };
  return { value, places: Math.max(places, 0) };
}

/** @param {number} number @returns {Exact} */
export function exactly(number) {
  return written(number).value;
}

/** A fraction as a rule writes it, such as "1/60", or a whole number. @param {string} text @returns {Exact} */
export function fraction(text) {
  const [n, d = 1n] = text.split("/").map(BigInt);
  return { n, d, text };
}

/** @param {Exact} a @param {Exact} b @returns {Exact} */
export function add(a, b) {
  return a.d === b.d ? { n: a.n + b.n, d: a.d } : { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

/** @param {Exact} a @param {Exact} b @returns {Exact} */
export function subtract(a, b) {
  return add(a, { n: -b.n, d: b.d });
}

/** @param {Exact} a @param {Exact} b @returns {Exact} */
export function multiply(a, b) {
  return { n: a.n * b.n, d: a.d * b.d };
}

/** a / b; b must not be 0. @param {Exact} a @param {Exact} b @returns {Exact} */
export function divide(a, b) {
  const sign = b.n < 0n ? -1n : 1n;
  return { n: a.n * b.d * sign, d: a.d * b.n * sign };
}

/** Negative, 0 or positive as a is less than, equal to or greater than b. @param {Exact} a @param {Exact} b */
export function compare(a, b) {
  const left = a.n * b.d;
  const right = b.n * a.d;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether it is a whole number. @param {Exact} a */
export function isWhole(a) {
  return a.n % a.d === 0n;
}

/** The largest whole number that is not greater. @param {Exact} a @returns {bigint} */
export function floor(a) {
  const cut = a.n / a.d;
  return a.n < 0n && cut * a.d !== a.n ? cut - 1n : cut;
}

/** The JSON number of a decimal: the double that is nearest. @param {Exact} a */
export function toNumber(a) {
  return Number(plain(a));
}

/**
 * A number as people write it: no exponent, no trailing zeros; a rule's fraction as written.
 * @param {Exact} a
 * @returns {string}
 */
export function plain(a) {
  if (a.text !== undefined) return a.text;
  const [digits, places] = asDecimal(a);
  const text = (digits < 0n ? -digits : digits).toString().padStart(places + 1, "0");
  const whole = text.slice(0, text.length - places);
  const part = text.slice(text.length - places).replace(/0+$/, "");
  return `${digits < 0n ? "-" : ""}${whole}${part && `.${part}`}`;
}

/** Digits and decimal places of a fraction whose denominator divides a power of ten. */
function asDecimal({ n, d }) {
  let places = 0;
  let digits = n;
  for (; digits % d !== 0n; places += 1) digits *= 10n;
  return [digits / d, places];
}
