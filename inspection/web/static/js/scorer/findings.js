// One answer to one item: whether it fits, and which grade and points follow.

import { floor, isWhole, plain } from "./exact.js";
import { UndefinedResultError, formulaValue } from "./formula.js";
import { contains, rangeText } from "./range.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./table.js").Item} Item
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ item: Item, options: number[], grade: import("./table.js").Grade | null,
 *   value: Exact | null, unknown: boolean, notice: import("./table.js").Label | null,
 *   replaced: import("./table.js").Replacement | null }} Finding
 *   options: the points it may stand for, rising; a known answer has one. value: rounded down to
 *   four places for display; grades are chosen by the exact value.
 */

const SHOWN = 10000n; // a value is shown in ten-thousandths

/** What is wrong with this answer to this item, in Japanese; empty when it fits. @param {Item} item @param {Answer} answer @returns {string[]} */
export function misfits(item, answer) {
  if (answer.kind === "grades") return misfitGrades(item, answer.grades);
  if (answer.kind === "count") return misfitMeasure(item, answer, ["count"]);
  if (answer.kind === "value") return misfitMeasure(item, answer, ["range", "formula"]);
  if (answer.kind === "inputs") return misfitInputs(item, new Map(answer.inputs));
  return [];
}

/** The grade and points of an answer that fits; several grades count as the highest. @param {Item} item @param {Answer} answer @returns {Finding} */
export function settle(item, answer) {
  if (answer.kind === "unknown") return unobserved(item, null);
  if (answer.kind === "grades") {
    const at = Math.max(...answer.grades.map((code) => item.grades.findIndex((one) => one.code === code)));
    return finding(item, { options: [item.grades[at].points], grade: item.grades[at] });
  }
  if (answer.number !== undefined) return measured(item, answer.number);
  if (answer.kind === "inputs" && item.computation !== null) return computed(item, answer.inputs);
  return finding(item, {});
}

function finding(item, found) {
  return {
    item, options: [0], grade: null, value: null, unknown: false, notice: null, replaced: null, ...found,
  };
}

/** An item that could not be observed: nothing, or any of its grades. */
function unobserved(item, notice) {
  const options = new Set([0, ...item.grades.map((grade) => grade.points)]);
  return finding(item, { options: [...options].sort((a, b) => a - b), unknown: true, notice });
}

function measured(item, exact) {
  const value = { n: floor({ n: exact.n * SHOWN, d: exact.d }), d: SHOWN };
  const grade = item.grades.find((one) => one.range !== null && contains(one.range, exact));
  return grade ? finding(item, { options: [grade.points], grade, value }) : finding(item, { value });
}

function computed(item, inputs) {
  try {
    return measured(item, formulaValue(item.computation.program, new Map(inputs)));
  } catch (error) {
    if (error instanceof UndefinedResultError) return unobserved(item, item.computation.undefined);
    throw error;
  }
}

function misfitGrades(item, codes) {
  if (!codes.length) return ["評価が一つもありません。該当がなければ「none」としてください"];
  const known = new Set(item.grades.map((grade) => grade.code));
  const strange = [...new Set(codes)].filter((code) => !known.has(code));
  const repeated = [...new Set(codes.filter((code, at) => codes.indexOf(code) !== at))].sort();
  return [
    ...strange.map((code) => `評価「${code}」はこの項目にありません。使えるのは ${allowedGrades(item)} です`),
    ...repeated.map((code) => `評価「${code}」が重複しています`),
  ];
}

function misfitMeasure(item, answer, modes) {
  if (!modes.includes(item.mode) || item.measure === null) {
    const name = answer.kind === "count" ? "数(count)" : "値(value)";
    return [`この項目は${name}では答えられません。使えるのは ${allowedGrades(item)} です`];
  }
  if (answer.kind === "count" && !isWhole(answer.number)) {
    return [`数は整数です(${plain(answer.number)} とあります)`];
  }
  return outside(item.measure.label.ja, answer.number, item.measure.limits);
}

function misfitInputs(item, given) {
  if (item.computation === null) {
    return [`この項目に計算式はありません。使えるのは ${allowedGrades(item)} です`];
  }
  const ranges = new Map(item.computation.inputs.map((input) => [input.code, input.range]));
  const names = [...ranges.keys()].join("、");
  const errors = [...given.keys()]
    .filter((code) => !ranges.has(code))
    .map((code) => `「${code}」は式にありません。使えるのは ${names} です`);
  const missing = [...ranges.keys()].filter((code) => !given.has(code));
  if (missing.length) errors.push(`式の入力 ${missing.join("、")} がありません。必要なのは ${names} です`);
  for (const [code, number] of given) {
    if (ranges.has(code)) errors.push(...outside(code, number, ranges.get(code)));
  }
  return errors;
}

function outside(name, number, limits) {
  if (contains(limits, number)) return [];
  return [`${name}が ${plain(number)} となっています。${rangeText(limits)}で答えてください`];
}

function allowedGrades(item) {
  return item.grades.map((grade) => `${grade.mark}(${grade.code})`).join("、");
}
