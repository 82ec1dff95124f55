// What unknown items and conditions leave open: exact bounds, outcomes, and what would settle.
// A completion gives every unknown item nothing or one of its grades, and every unknown condition
// a truth. Sums of points are few, so that sets of sums are walked instead of the completions.

import { compare } from "./exact.js";
import { outcomeOf } from "./judgement.js";
import { capped, modified, utmost } from "./worlds.js";

/**
 * @typedef {import("./table.js").Table} Table
 * @typedef {import("./worlds.js").World} World
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {{ low: import("./exact.js").Exact, high: import("./exact.js").Exact,
 *   outcomes: Set<string>, openItems: string[], openConditions: string[] }} Interval
 */

/** Bounds over all completions of these readings of one record. @param {Table} table @param {World[]} worlds @returns {Interval} */
export function interval(table, worlds) {
  const low = utmost(table, worlds, 0, 1).total;
  const high = utmost(table, worlds, -1, -1).total;
  const settled = (outcomes) => ({ low, high, outcomes, openItems: [], openConditions: [] });
  if (compare(low, high) === 0) return settled(new Set([outcomeOf(table, low)]));
  const walks = worlds.map((world) => new Walk(table, world));
  const outcomes = new Set(walks.flatMap((walk) => [...walk.outcomes()]));
  if (outcomes.size === 1) return settled(outcomes);
  const found = new Set(walks.flatMap((walk) => walk.openItems()));
  return {
    low,
    high,
    outcomes,
    openItems: table.items.map((item) => item.code).filter((code) => found.has(code)),
    openConditions: table.conditions.map((known) => known.code).filter((code) => isOpen(walks, code)),
  };
}

/** The sums that one world reaches, and their outcomes. */
class Walk {
  constructor(table, world) {
    this.table = table;
    this.world = world;
    this.known = new Map();
    this.reach = table.categories.map((category, at) =>
      cappedSums(category, sums(world.findings[at].map((finding) => finding.options))),
    );
  }

  /** The outcome of a sum of capped categories. */
  outcome(points) {
    let code = this.known.get(points);
    if (code === undefined) {
      code = outcomeOf(this.table, modified(this.world, points));
      this.known.set(points, code);
    }
    return code;
  }

  outcomes() {
    return new Set(sums(this.reach).map((points) => this.outcome(points)));
  }

  /** The codes of unknown items that change the outcome in some completion of this world. */
  openItems() {
    const before = running(this.reach);
    const after = running([...this.reach].reverse()).reverse();
    return this.table.categories.flatMap((category, index) => {
      const findings = this.world.findings[index];
      if (!findings.some((finding) => finding.unknown)) return [];
      const elsewhere = sums([before[index], after[index + 1]]);
      return category.items
        .filter((_, at) => findings[at].unknown && this.#changes(category, findings, at, elsewhere))
        .map((item) => item.code);
    });
  }

  /** Whether the item at a place alone, all others kept, ever moves the outcome. */
  #changes(category, findings, at, elsewhere) {
    const others = sums(findings.filter((_, place) => place !== at).map((other) => other.options));
    const tried = new Set();
    for (const raw of others) {
      const steps = new Set(findings[at].options.map((points) => capped(category, raw + points)));
      const key = [...steps].join();
      if (steps.size > 1 && !tried.has(key) && elsewhere.some((total) => this.#differs(total, steps))) {
        return true;
      }
      tried.add(key);
    }
    return false;
  }

  #differs(total, steps) {
    let first;
    for (const step of steps) {
      const code = this.outcome(total + step);
      first ??= code;
      if (code !== first) return true;
    }
    return false;
  }
}

/** Every sum of one number from each of the choices. @param {number[][]} choices @returns {number[]} */
function sums(choices) {
  let known = new Set([0]);
  for (const options of choices) {
    if (options.length === 1 && options[0] === 0) continue;
    const next = new Set();
    for (const total of known) for (const points of options) next.add(total + points);
    known = next;
  }
  return [...known];
}

function cappedSums(category, raw) {
  return [...new Set(raw.map((points) => capped(category, points)))];
}

/** The sums of the first 0, 1, 2 … of the choices. */
function running(choices) {
  const found = [[0]];
  for (const options of choices) found.push(sums([found.at(-1), options]));
  return found;
}

/** Whether turning this condition, all else kept, ever moves the outcome. */
function isOpen(walks, code) {
  const others = (walk) => [...walk.world.truths].filter(([fact]) => fact !== code).join();
  const on = new Map(walks.filter((walk) => walk.world.truths.get(code)).map((walk) => [others(walk), walk]));
  return walks
    .filter((walk) => !walk.world.truths.get(code))
    .some((walk) => on.has(others(walk)) && differ(walk, on.get(others(walk))));
}

/** Whether one completion of the items gives the two worlds different outcomes. */
function differ(off, on) {
  let totals = new Pairs().add(0, 0);
  off.table.categories.forEach((category, index) => {
    const [one, two] = [off.world.findings[index], on.world.findings[index]];
    let raw = new Pairs().add(0, 0);
    one.forEach((finding, at) => (raw = raw.plus(pairs(finding, two[at]))));
    totals = totals.plus(raw.map((points) => capped(category, points)));
  });
  return totals.some((a, b) => off.outcome(a) !== on.outcome(b));
}

/** The points of one answer in both worlds, for every answer that both understand. */
function pairs(one, two) {
  const found = new Pairs();
  if (one.unknown && two.unknown) {
    found.add(0, 0);
    for (const grade of one.item.grades) {
      const other = two.item.grades.find((known) => known.code === grade.code);
      if (other) found.add(grade.points, other.points);
    }
    return found;
  }
  for (const a of one.options) for (const b of two.options) found.add(a, b);
  return found;
}

/** A set of pairs of numbers. */
class Pairs {
  #seconds = new Map();

  add(a, b) {
    if (!this.#seconds.has(a)) this.#seconds.set(a, new Set());
    this.#seconds.get(a).add(b);
    return this;
  }

  plus(other) {
    const found = new Pairs();
    this.some((a, b) => other.some((x, y) => void found.add(a + x, b + y)));
    return found;
  }

  map(change) {
    const found = new Pairs();
    this.some((a, b) => void found.add(change(a), change(b)));
    return found;
  }

  /** Whether `holds` is true of some pair; it is asked of one after another until then. */
  some(holds) {
    for (const [a, seconds] of this.#seconds) for (const b of seconds) if (holds(a, b)) return true;
    return false;
  }
}
