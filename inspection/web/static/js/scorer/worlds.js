// The readings of a record that its unknown conditions leave open. A world fixes every condition,
// and with it which item stands where one may be replaced, and which modifiers apply.

import { WORDS } from "./answers.js";
import { AnswerError } from "./errors.js";
import { add, compare, multiply } from "./exact.js";
import { misfits, settle } from "./findings.js";
import { SCALE } from "./table.js";

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ truths: Map<string, boolean>, findings: Finding[][], modifiers: object[] }} World
 *   findings: one list a category; equal readings of a category are one list in all worlds
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
      const modifiers = table.modifiers.filter((step) => step.when === null || fixed.get(step.when));
      worlds.push({ truths: fixed, findings, modifiers });
    }
  }
  if (!worlds.length) throw new AnswerError(errors);
  return worlds;
}

/** Points after the modifiers, from thousandths before them. @param {World} world @param {number} points @returns {Exact} */
export function modified(world, points) {
  const start = { n: BigInt(points), d: BigInt(SCALE) };
  return world.modifiers.reduce((total, step) => afterStep(step, total), start);
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
 * The total with every unknown item at its lowest (end 0) or highest (end -1) option.
 * @param {import("./table.js").Table} table @param {World} world @param {0 | -1} end @returns {Exact}
 */
export function extreme(table, world, end) {
  const parts = table.categories.map((category, at) =>
    capped(category, world.findings[at].reduce((sum, found) => sum + found.options.at(end), 0)),
  );
  return modified(world, parts.reduce((sum, part) => sum + part, 0));
}

/** The first of the worlds with the lowest (sign 1) or highest (sign -1) total at an end. */
export function utmost(table, worlds, end, sign) {
  const totals = worlds.map((world) => extreme(table, world, end));
  let best = 0;
  totals.forEach((total, at) => {
    if (sign * compare(total, totals[best]) < 0) best = at;
  });
  return { world: worlds[best], total: totals[best] };
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
    const standing = category.items.map(
      (item) => item.replacements.find((found) => truths.get(found.when)) ?? null,
    );
    const found = read(category, standing);
    faults.push(...found.faults);
    return found.findings;
  });
  return { findings, faults };
}

/** Read a category once for each choice of what stands in its items' places. */
function readOnce(answers) {
  const known = new Map();
  return (category, standing) => {
    const key = category.items.map((item, at) => item.replacements.indexOf(standing[at])).join();
    if (!known.has(category)) known.set(category, new Map());
    const ways = known.get(category);
    if (!ways.has(key)) ways.set(key, readCategory(category, standing, answers));
    return ways.get(key);
  };
}

function readCategory(category, standing, answers) {
  const faults = [];
  const findings = category.items.map((item, at) => {
    const reading = standing[at]?.item ?? item;
    const answer = answers.get(item.code) ?? WORDS.unknown;
    const wrong = misfits(reading, answer);
    if (wrong.length) faults.push({ part: "answers", code: item.code, texts: wrong });
    return { ...settle(reading, wrong.length ? WORDS.unknown : answer), replaced: standing[at] };
  });
  return { findings, faults };
}
