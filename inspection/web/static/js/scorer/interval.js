// What unknown items and conditions leave open: exact bounds, outcomes, and what would settle.
// A completion gives every unknown item one of its choices and every unknown condition a truth.
// Different states are few, so that sets of states are walked instead of the completions.

import { judgeOf } from "./judgement.js";
import { Pairs, sums } from "./sums.js";
import { utmost } from "./worlds.js";

/**
 * @typedef {import("./table.js").Table} Table
 * @typedef {import("./worlds.js").World} World
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ axes: Map<string | null, { low: Exact, high: Exact }>, outcomes: Set<string>,
 *   verdicts: Map<string, boolean | null>, openItems: string[], openConditions: string[] }} Interval
 *   verdicts: by code of a judgement, other than ranks: whether it holds, null where that is open
 */

/** Over all completions of these readings of one record. @param {Table} table @param {World[]} worlds @param {string | null} override @returns {Interval} */
export function interval(table, worlds, override = null) {
  const axes = new Map(
    table.axes.map((axis) => [
      axis,
      { low: utmost(table, worlds, 0, 1, axis).total, high: utmost(table, worlds, -1, -1, axis).total },
    ]),
  );
  const walks = worlds.map((world) => new Walk(table, world, override));
  const outcomes = new Set(walks.flatMap((walk) => walk.states.map((state) => walk.outcome(state))));
  const found = { axes, outcomes, verdicts: verdictsOf(walks), openItems: [], openConditions: [] };
  if (outcomes.size === 1) return found;
  const open = new Set(walks.flatMap((walk) => walk.openItems()));
  found.openItems = table.items.map((item) => item.code).filter((code) => open.has(code));
  found.openConditions = table.conditions.map((known) => known.code).filter((code) => isOpen(walks, code));
  return found;
}

/** The states that one world reaches, and their outcomes. */
class Walk {
  constructor(table, world, override) {
    this.table = table;
    this.judge = judgeOf(table);
    this.world = world;
    this.override = override;
    this.known = new Map();
    this.shares = table.categories.map((category, place) =>
      world.findings[place].map((finding, at) => this.#sharesOf(category, category.items[at].code, finding)),
    );
    this.reach = table.categories.map((category, place) =>
      distinct(sums(this.judge.zero, this.shares[place]).map((state) => this.judge.lifted(category, state))),
    );
    this.states = this.sums(this.reach);
  }

  #sharesOf(category, code, finding) {
    return distinct(finding.choices.map((choice) => this.judge.share(category, code, finding.item, choice)));
  }

  /** Every sum of one state from each of the choices. */
  sums(choices) {
    const found = sums(this.judge.zero, choices);
    return this.judge.features.length ? distinct(found.map((state) => this.judge.enough(state))) : found;
  }

  /** The outcome of a sum of capped categories. */
  outcome(state) {
    let code = this.known.get(state);
    if (code === undefined) {
      code = this.judge.outcome(this.judge.finished(this.world, state), this.world.truths, this.override);
      this.known.set(state, code);
    }
    return code;
  }

  /** The codes of unknown items that change the outcome in some completion of this world. */
  openItems() {
    const before = running(this, this.reach);
    const after = running(this, [...this.reach].reverse()).reverse();
    return this.table.categories.flatMap((category, place) => {
      const findings = this.world.findings[place];
      if (!findings.some((finding) => finding.unknown)) return [];
      const elsewhere = this.sums([before[place], after[place + 1]]);
      return category.items
        .filter((_, at) => findings[at].unknown && this.#changes(category, place, at, elsewhere))
        .map((item) => item.code);
    });
  }

  /** Whether the item at a place alone, all others kept, ever moves the outcome. */
  #changes(category, place, at, elsewhere) {
    const others = sums(this.judge.zero, this.shares[place].filter((_, other) => other !== at));
    const tried = new Set();
    for (const raw of others) {
      const steps = distinct(this.shares[place][at].map((share) => this.judge.lifted(category, raw + share)));
      const key = steps.join();
      if (steps.length > 1 && !tried.has(key) && elsewhere.some((state) => this.#differs(state, steps))) {
        return true;
      }
      tried.add(key);
    }
    return false;
  }

  #differs(state, steps) {
    const first = this.outcome(state + steps[0]);
    return steps.some((step) => this.outcome(state + step) !== first);
  }
}

/** The sums of the first 0, 1, 2 … of the choices. */
function running(walk, choices) {
  const found = [[walk.judge.zero]];
  for (const options of choices) found.push(walk.sums([found.at(-1), options]));
  return found;
}

function verdictsOf(walks) {
  const tests = walks[0].table.judgements.filter((test) => test.kind !== "ranks");
  const seen = new Map(tests.map((test) => [test.code, new Set()]));
  for (const walk of walks) {
    for (const state of walk.states) {
      const finished = walk.judge.finished(walk.world, state);
      for (const test of tests) {
        const found = seen.get(test.code);
        if (found.size < 2) found.add(walk.judge.holds(test, finished, walk.world.truths, walk.override));
      }
    }
  }
  return new Map([...seen].map(([code, found]) => [code, found.size === 1 ? [...found][0] : null]));
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
  const { judge } = off;
  let totals = new Pairs().add(judge.zero, judge.zero);
  off.table.categories.forEach((category, place) => {
    let raw = new Pairs().add(judge.zero, judge.zero);
    category.items.forEach((item, at) => {
      const [one, two] = [off.world.findings[place][at], on.world.findings[place][at]];
      const shares = new Pairs();
      for (const [x, y] of together(one, two)) {
        shares.add(judge.share(category, item.code, one.item, x), judge.share(category, item.code, two.item, y));
      }
      raw = raw.plus(shares);
    });
    totals = totals.plus(raw.map((state) => judge.lifted(category, state))).map((state) => judge.enough(state));
  });
  return totals.some((a, b) => off.outcome(a) !== on.outcome(b));
}

/** What one answer means in both worlds, for every answer that both understand. */
function together(one, two) {
  if (!(one.unknown && two.unknown)) {
    return one.choices.flatMap((x) => two.choices.map((y) => [x, y]));
  }
  const same = new Map(two.choices.map((choice) => [answered(choice), choice]));
  return one.choices
    .filter((choice) => same.has(answered(choice)))
    .map((choice) => [choice, same.get(answered(choice))]);
}

/** The answer that a choice stands for. */
function answered(choice) {
  return `${choice.grades.map((grade) => grade.code).join()}|${choice.units}`;
}

function distinct(numbers) {
  return [...new Set(numbers)];
}
