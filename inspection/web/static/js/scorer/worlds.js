// The readings of a record that its unknown conditions leave open. A world fixes every condition,
// and with it which item stands where one may be replaced, and which modifiers apply.

import { WORDS } from "./answers.js";
import { AnswerError } from "./errors.js";
import { add, compare, multiply } from "./exact.js";
import { idle, misfits, settle } from "./findings.js";
import { SCALE } from "./table.js";

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ truths: Map<string, boolean>, findings: Finding[][], modifiers: Map<string | null, object[]> }} World
 *   modifiers: by axis, null for the total; findings: one list a category; equal readings of a category are one list in all worlds
 */

/**
 * Every reading that fits the answers; one when no condition is unknown. An answer that fits only
 * one of two items rules the other reading out.
 * @param {import("./table.js").Table} table
 * @param {Map<string, import("./answers.js").Answer>} answers
 * @param {Map<string, boolean | null>} truths
 * @returns {World[]}
 * Throws AnswerError when no reading is left.
 */
export function possibleWorlds(table, answers, truths) {
  const worlds = [];
  const read = readOnce(answers);
  let errors = null;
  for (const fixed of everyTruth([...truths])) {
    const { findings, faults } = readCategories(table, fixed, read);
    if (faults.length) errors ??= faults;
    else {
      worlds.push({ truths: fixed, findings, modifiers: modifiersOf(table, fixed) });
    }
  }
  if (!worlds.length) throw new AnswerError(errors);
  return worlds;
}

/** Points after the modifiers of the total or an axis, from thousandths before them. @param {World} world @param {number} points @param {string | null} axis @returns {Exact} */
export function modified(world, points, axis = null) {
  const start = { n: BigInt(points), d: BigInt(SCALE) };
  return world.modifiers.get(axis).reduce((total, step) => afterStep(step, total), start);
}

/** Whether a part's conditions are so. @param {{ when: string | null, unless: string | null }} part @param {Map<string, boolean>} truths */
export function applies(part, truths) {
  return (part.when === null || truths.get(part.when)) && !(part.unless !== null && truths.get(part.unless));
}

/** Points after one step. @param {object} step @param {Exact} points @returns {Exact} */
export function afterStep(step, points) {
  return step.operation === "multiply" ? multiply(points, step.operand) : add(points, step.operand);
}

/** The sum of item points as it counts. @param {{ cap: number | null }} category @param {number} raw */
export function capped(category, raw) {
  return category.cap === null ? raw : Math.min(raw, category.cap);
}

/**
 * The total, or an axis, with every unknown item at its lowest (end 0) or highest (end -1) choice.
 * @param {import("./table.js").Table} table @param {World} world @param {0 | -1} end
 * @param {string | null} axis @returns {Exact}
 */
export function extreme(table, world, end, axis = null) {
  let sum = 0;
  table.categories.forEach((category, at) => {
    if (category.axis !== axis) return;
    sum += capped(category, world.findings[at].reduce((raw, found) => raw + found.choices.at(end).points, 0));
  });
  return modified(world, sum, axis);
}

/** The first of the worlds with the lowest (sign 1) or highest (sign -1) total at an end. */
export function utmost(table, worlds, end, sign, axis = null) {
  const totals = worlds.map((world) => extreme(table, world, end, axis));
  let best = 0;
  totals.forEach((total, at) => {
    if (sign * compare(total, totals[best]) < 0) best = at;
  });
  return { world: worlds[best], total: totals[best] };
}

function modifiersOf(table, truths) {
  const applying = table.modifiers.filter((step) => applies(step, truths));
  return new Map(table.axes.map((axis) => [axis, applying.filter((step) => step.axis === axis)]));
}

/** All ways to settle the unknown conditions, the last one turning fastest. */
function everyTruth(pairs) {
  return pairs.reduce(
    (ways, [code, truth]) =>
      ways.flatMap((way) => (truth === null ? [false, true] : [truth]).map((one) => new Map([...way, [code, one]]))),
    [new Map()],
  );
}

function readCategories(table, truths, read) {
  const faults = [];
  const findings = table.categories.map((category) => {
    const found = read(category, category.items.map((item) => ({
      replacement: item.replacements.find((one) => truths.get(one.when)) ?? null,
      applying: applies(item, truths),
    })));
    faults.push(...found.faults);
    return found.findings;
  });
  return { findings, faults };
}

/** Read a category once for each choice of what stands in its items' places, and of what applies. */
function readOnce(answers) {
  const known = new Map();
  return (category, standing) => {
    const key = standing
      .map(({ replacement, applying }, at) => `${category.items[at].replacements.indexOf(replacement)}${applying}`)
      .join();
    if (!known.has(category)) known.set(category, new Map());
    const ways = known.get(category);
    if (!ways.has(key)) ways.set(key, readCategory(category, standing, answers));
    return ways.get(key);
  };
}

function readCategory(category, standing, answers) {
  const faults = [];
  const findings = category.items.map((item, at) => {
    const { replacement, applying } = standing[at];
    const reading = replacement?.item ?? item;
    const answer = answers.get(item.code) ?? WORDS.unknown;
    const wrong = misfits(reading, answer);
    if (wrong.length) faults.push({ part: "answers", code: item.code, texts: wrong });
    if (!applying) return { ...idle(reading), replaced: replacement };
    return { ...settle(reading, wrong.length ? WORDS.unknown : answer), replaced: replacement };
  });
  return { findings, faults };
}
