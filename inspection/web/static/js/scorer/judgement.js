// From what a record reached to an outcome: every test of a table on one state.
//
// A state is what the judgements read: the sum of capped categories, the same for every further
// axis, and how many findings there are of each kind that some judgement counts. It is written as
// one number, its parts as mixed-radix digits: sums of points in the largest unit that all points
// are multiples of, then the counts. Digits never overflow, so that states are added as numbers;
// where those would grow beyond the whole numbers of a double they are BigInts.

import { contains } from "./range.js";
import { capped, modified } from "./worlds.js";

/**
 * @typedef {import("./table.js").Table} Table
 * @typedef {import("./table.js").Item} Item
 * @typedef {import("./findings.js").Choice} Choice
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ need: number, severities: string[], findings: { item: string, grade: string }[] }} Feature
 *   findings that a judgement counts, and how many of them it needs
 */

const judges = new WeakMap();

/** The judge of a table, worked out once. @param {Table} table @returns {Judge} */
export function judgeOf(table) {
  if (!judges.has(table)) judges.set(table, new Judge(table));
  return judges.get(table);
}

/** What is worked out once for a table: the layout of its states, and its tests by code. */
class Judge {
  /** @param {Table} table */
  constructor(table) {
    this.table = table;
    this.tests = new Map(table.judgements.map((test) => [test.code, test]));
    this.deciding = table.judgements.filter((test) => test.decides);
    /** @type {Feature[]} */
    this.features = [];
    this.readBy = new Map(table.judgements.map((test) => [test.code, featuresOf(test).map((one) => this.#place(one))]));
    this.unit = table.items.reduce((unit, item) => readings(item).reduce(commonUnit, unit), 0);
    this.unit = table.categories.reduce((unit, { cap }) => common(unit, cap ?? 0), this.unit) || 1;
    this.counted = new Map();
    const weights = this.#layout();
    const large = weights.at(-1) > Number.MAX_SAFE_INTEGER;
    /** @type {(number: number | bigint) => number | bigint} a state's kind of number */
    this.cast = large ? BigInt : Number;
    this.zero = this.cast(0);
    this.weights = weights.map(this.cast);
    this.radices = this.weights.slice(1).map((weight, at) => weight / this.weights[at]);
  }

  #place(feature) {
    const key = JSON.stringify(feature);
    const found = this.features.findIndex((one) => JSON.stringify(one) === key);
    return found < 0 ? this.features.push(feature) - 1 : found;
  }

  /** The weight of each digit, and beyond the last one the number of states. */
  #layout() {
    const { axes, categories, items } = this.table;
    const most = axes.map((axis) =>
      categories
        .filter((category) => category.axis === axis)
        .reduce((sum, part) => sum + part.items.reduce((raw, item) => raw + mostPoints(item), 0), 0) / this.unit,
    );
    for (const feature of this.features) {
      most.push(items.reduce((sum, item) => sum + mostCounted(feature, item), 0));
    }
    const weights = [1n];
    for (const digit of most) weights.push(weights.at(-1) * BigInt(digit + 1));
    return weights;
  }

  /** A digit of a state. */
  #digit(state, at) {
    const rest = state % this.weights[at];
    return Number(((state - rest) / this.weights[at]) % this.radices[at]);
  }

  /** An item's share of the state by one choice. @param {string} code @param {Item} reading @param {Choice} choice */
  share(category, code, reading, choice) {
    const points = this.cast(choice.points / this.unit) * this.weights[this.table.axes.indexOf(category.axis)];
    if (!this.features.length) return points;
    return choice.grades.reduce((sum, grade) => sum + this.#counts(code, reading, grade), points);
  }

  #counts(code, reading, grade) {
    if (!this.counted.has(grade)) this.counted.set(grade, new Map());
    const known = this.counted.get(grade);
    if (!known.has(code)) {
      const digits = this.features.map((feature, at) =>
        counts(feature, code, reading, grade) ? this.weights[this.table.axes.length + at] : this.zero,
      );
      known.set(code, digits.reduce((sum, digit) => sum + digit, this.zero));
    }
    return known.get(code);
  }

  /** A category's sum of shares as it counts: points capped, counts no further than asked for. */
  lifted(category, state) {
    const at = this.table.axes.indexOf(category.axis);
    const points = this.#digit(state, at);
    const cut = points - capped(category, points * this.unit) / this.unit;
    return this.enough(cut ? state - this.cast(cut) * this.weights[at] : state);
  }

  /** The state with counts no greater than some judgement asks for. */
  enough(state) {
    return this.features.reduce((kept, { need }, place) => {
      const at = this.table.axes.length + place;
      const more = this.#digit(kept, at) - need;
      return more > 0 ? kept - this.cast(more) * this.weights[at] : kept;
    }, state);
  }

  /** What tests read with every unknown item at its mildest (end 0) or gravest (-1) choice. */
  extreme(world, end) {
    let state = this.zero;
    this.table.categories.forEach((category, place) => {
      const shares = world.findings[place].map((finding, at) =>
        this.share(category, category.items[at].code, finding.item, finding.choices.at(end)),
      );
      state += this.lifted(category, shares.reduce((sum, share) => sum + share, this.zero));
    });
    return this.finished(world, state);
  }

  /** How grave an outcome is: 0 is the gravest. @param {string} outcome */
  placeOf(outcome) {
    const order = this.deciding.filter((test) => test.kind !== "ranks").map((test) => test.code);
    order.push(...this.deciding.at(-1).ranks.map((rank) => rank.code).reverse());
    return order.includes(outcome) ? order.indexOf(outcome) : order.length;
  }

  /**
   * What tests read of a state: exact scores after the modifiers of a world, by axis, and counts.
   * @returns {{ scores: Map<string | null, Exact>, counts: Exact[] }}
   */
  finished(world, state) {
    const scores = new Map(
      this.table.axes.map((axis, at) => [axis, modified(world, this.#digit(state, at) * this.unit, axis)]),
    );
    const counts = this.features.map((_, place) => ({
      n: BigInt(this.#digit(state, this.table.axes.length + place)),
      d: 1n,
    }));
    return { scores, counts };
  }

  /**
   * The first deciding judgement that holds, else `otherwise`. Points are compared unrounded.
   * @param {ReturnType<Judge["finished"]>} state @param {Map<string, boolean>} truths
   * @param {string | null} override the code of the override that somebody declared
   */
  outcome(state, truths, override) {
    for (const test of this.deciding) {
      if (test.kind === "ranks") {
        return test.ranks.find((rank) => contains(rank.bounds, state.scores.get(test.axis))).code;
      }
      if (this.holds(test, state, truths, override)) return test.code;
    }
    const last = this.deciding.at(-1);
    return last.otherwise ?? last.code;
  }

  /** Whether one test, other than ranks, is fulfilled. */
  holds(test, state, truths, override) {
    if (test.kind === "threshold") return contains(test.bounds, state.scores.get(test.axis));
    if (test.kind === "condition") return truths.get(test.condition);
    if (test.kind === "override") return test.code === override;
    const counts = this.readBy.get(test.code).map((place) => state.counts[place]);
    if (test.kind === "count") return contains(test.bounds, counts[0]);
    const parts = counts.map((count) => count.n > 0n);
    parts.push(...test.of.map((code) => this.holds(this.tests.get(code), state, truths, override)));
    return test.kind === "any_of" ? parts.includes(true) : !parts.includes(false);
  }
}

function featuresOf(test) {
  if (test.kind === "count") {
    const need = Number(test.bounds.low.n / test.bounds.low.d) + (test.bounds.lowOpen ? 1 : 0);
    return [{ need, severities: test.severities, findings: test.findings }];
  }
  if (test.kind === "all_of") return test.findings.map((found) => ({ need: 1, severities: [], findings: [found] }));
  return test.findings.length ? [{ need: 1, severities: [], findings: test.findings }] : [];
}

/** Whether this grade of the item `code`, read as `reading`, is one that the feature counts. */
function counts(feature, code, reading, grade) {
  if (grade.severity !== null && feature.severities.includes(grade.severity)) return true;
  return feature.findings.some((found) => found.item === code && isAsGrave(reading, grade, found.grade));
}

/** Whether a grade is the one that is wanted, or a heavier one of the same item. */
function isAsGrave(reading, grade, wanted) {
  if (reading.mode === "sum") return grade.code === wanted;
  const codes = reading.grades.map((known) => known.code);
  return codes.includes(wanted) && codes.indexOf(grade.code) >= codes.indexOf(wanted);
}

function readings(item) {
  return [item, ...item.replacements.map((found) => found.item)];
}

function mostPoints(item) {
  return Math.max(
    ...readings(item).map((one) =>
      one.perUnit ? one.perUnit.points * one.perUnit.most : one.grades.reduce((sum, grade) => sum + grade.points, 0),
    ),
  );
}

function mostCounted(feature, item) {
  return Math.max(
    ...readings(item).map((one) => one.grades.filter((grade) => counts(feature, item.code, one, grade)).length),
  );
}

function commonUnit(unit, item) {
  return [item.perUnit?.points ?? 0, ...item.grades.map((grade) => grade.points)].reduce(common, unit);
}

/** The greatest common divisor; 0 divides with anything. */
function common(one, two) {
  return two === 0 ? one : common(two, one % two);
}
