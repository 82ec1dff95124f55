// Ranges of measured values and of counts, each end open or closed, as in a table's JSON.

import { compare, exactly, fraction, plain } from "./exact.js";

/**
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ low: Exact | null, high: Exact | null, lowOpen: boolean, highOpen: boolean }} Range
 */

export const RANGE_KEYS = ["min", "above", "max", "below"];

/**
 * The range in the keys min or above (left out), max or below (left out) of a table's JSON.
 * @returns {Range}
 */
export function rangeOf(json) {
  const low = json.min ?? json.above ?? null;
  const high = json.max ?? json.below ?? null;
  return {
    low: low === null ? null : endOf(low),
    high: high === null ? null : endOf(high),
    lowOpen: json.above !== undefined,
    highOpen: json.below !== undefined,
  };
}

/** A number, or a fraction where the rule is written as one ("1/60"). */
function endOf(end) {
  return typeof end === "string" ? fraction(end) : exactly(end);
}

/** Whether a value lies in the range. @param {Range} range @param {Exact} value */
export function contains(range, value) {
  if (range.low !== null) {
    const side = compare(value, range.low);
    if (side < 0 || (range.lowOpen && side === 0)) return false;
  }
  if (range.high !== null) {
    const side = compare(value, range.high);
    if (side > 0 || (range.highOpen && side === 0)) return false;
  }
  return true;
}

/** As a Japanese reader expects it: 0.4以上0.6未満. @param {Range} range */
export function rangeText(range) {
  const low = range.low === null ? "" : plain(range.low) + (range.lowOpen ? "超" : "以上");
  const high = range.high === null ? "" : plain(range.high) + (range.highOpen ? "未満" : "以下");
  return low + high || "制限なし";
}
