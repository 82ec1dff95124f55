// Sets of numbers, and of pairs of numbers, that choices add up to; all numbers or all BigInts.

/**
 * Every sum of one number from each of the choices.
 * @template {number | bigint} N
 * @param {N} zero @param {N[][]} choices @returns {N[]}
 */
export function sums(zero, choices) {
  let known = new Set([zero]);
  for (const options of choices) {
    if (options.length === 1 && options[0] === zero) continue;
    const next = new Set();
    for (const total of known) for (const points of options) next.add(total + points);
    known = next;
  }
  return [...known];
}

/** A set of pairs of numbers. */
export class Pairs {
  #seconds = new Map();

  /** Put a pair in. @param {number} a @param {number} b */
  add(a, b) {
    if (!this.#seconds.has(a)) this.#seconds.set(a, new Set());
    this.#seconds.get(a).add(b);
    return this;
  }

  /** Every sum of a pair of this set and one of another. @param {Pairs} other */
  plus(other) {
    const found = new Pairs();
    this.#each((a, b) => other.#each((x, y) => found.add(a + x, b + y)));
    return found;
  }

  /** The pairs with both numbers changed. @param {(number: number) => number} change */
  map(change) {
    const found = new Pairs();
    this.#each((a, b) => found.add(change(a), change(b)));
    return found;
  }

  /** Whether `holds` is true of some pair. @param {(a: number, b: number) => boolean} holds */
  some(holds) {
    for (const [a, seconds] of this.#seconds) for (const b of seconds) if (holds(a, b)) return true;
    return false;
  }

  #each(visit) {
    for (const [a, seconds] of this.#seconds) for (const b of seconds) visit(a, b);
  }
}
