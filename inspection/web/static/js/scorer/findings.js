// One answer to one item: whether it fits, and which grade and points follow.

import { floor, isWhole, plain } from "./exact.js";
import { UndefinedResultError, formulaValue } from "./formula.js";
import { contains, rangeText } from "./range.js";

/**
 * @typedef {import("./answers.js").Answer} Answer
 * @typedef {import("./table.js").Item} Item
 * @typedef {import("./table.js").Grade} Grade
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ points: number, grades: Grade[], units: number | null }} Choice
 *   one thing that an answer may mean: its points, and the grades or the units that count
 * @typedef {{ item: Item, choices: Choice[], value: Exact | null, unknown: boolean,
 *   notice: import("./table.js").Label | null, replaced: import("./table.js").Replacement | null,
 *   applies: boolean }} Finding
 *   choices: what it may stand for, in rising points; a known answer has one. value: rounded down
 *   to four places for display; grades are chosen by the exact value.
 */

/** @type {Choice} */
const NOTHING = { points: 0, grades: [], units: null };
const SHOWN = 10000n; // a value is shown in ten-thousandths

/** What is wrong with this answer to this item, in Japanese; empty when it fits. @param {Item} item @param {Answer} answer @returns {string[]} */
export function misfits(item, answer) {
  if (answer.kind === "grades") return misfitGrades(item, answer.grades);
  if (answer.kind === "count") return misfitMeasure(item, answer, ["count"]);
  if (answer.kind === "value") return misfitMeasure(item, answer, ["range", "formula"]);
  if (answer.kind === "inputs") return misfitInputs(item, new Map(answer.inputs));
  return [];
}

/** The grade and points of an answer that fits; several grades count as the highest, or add. @param {Item} item @param {Answer} answer @returns {Finding} */
export function settle(item, answer) {
  if (answer.kind === "unknown") return unobserved(item, null);
  if (answer.kind === "grades") return finding(item, { choices: [graded(item, answer.grades)] });
  if (answer.number !== undefined) return measured(item, answer.number);
  if (answer.kind === "inputs" && item.computation !== null) return computed(item, answer.inputs);
  return finding(item, {});
}

/** An item that does not apply: it gives nothing, whatever was answered. @param {Item} item @returns {Finding} */
export function idle(item) {
  return finding(item, { applies: false });
}

function finding(item, found) {
  return {
    item,
    choices: [NOTHING],
    value: null,
    unknown: false,
    notice: null,
    replaced: null,
    applies: true,
    ...found,
  };
}

/** An item that could not be observed: nothing, any grade, any sum of grades, any units. */
function unobserved(item, notice) {
  return finding(item, { choices: possibleChoices(item), unknown: true, notice });
}

function possibleChoices(item) {
  if (item.perUnit !== null) {
    return Array.from({ length: item.perUnit.most + 1 }, (_, count) => unitsOf(item.perUnit, count));
  }
  if (item.mode === "sum") {
    return subsets(item.grades)
      .map(summed)
      .sort((one, two) => one.points - two.points);
  }
  return [NOTHING, ...item.grades.map((grade) => ({ points: grade.points, grades: [grade], units: null }))];
}

/** All subsets, small ones first, those of one size in the order of the list. */
function subsets(list) {
  const bySize = list.map(() => []);
  const grow = (chosen, from) => {
    for (let at = from; at < list.length; at += 1) {
      bySize[chosen.length].push([...chosen, list[at]]);
      grow([...chosen, list[at]], at + 1);
    }
  };
  grow([], 0);
  return [[], ...bySize.flat()];
}

function graded(item, codes) {
  const found = item.grades.filter((grade) => codes.includes(grade.code));
  return summed(item.mode === "sum" ? found : found.slice(-1));
}

function summed(grades) {
  return { points: grades.reduce((sum, grade) => sum + grade.points, 0), grades, units: null };
}

function unitsOf(perUnit, count) {
  const units = Math.min(count, perUnit.most);
  return units ? { points: perUnit.points * units, grades: [], units } : NOTHING;
}

function measured(item, exact) {
  const value = { n: floor({ n: exact.n * SHOWN, d: exact.d }), d: SHOWN };
  if (item.perUnit !== null) {
    return finding(item, { choices: [unitsOf(item.perUnit, Number(exact.n / exact.d))], value });
  }
  const grade = item.grades.find((one) => one.range !== null && contains(one.range, exact));
  return finding(item, grade ? { choices: [summed([grade])], value } : { value });
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
  if (item.perUnit !== null) return "数(count)";
  return item.grades.map((grade) => `${grade.mark}(${grade.code})`).join("、");
}
