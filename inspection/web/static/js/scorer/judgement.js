// From a total to an outcome.

import { contains } from "./range.js";

/**
 * The code of the outcome for this total: the first judgement that holds, else `otherwise`.
 * Points are compared unrounded.
 * @param {import("./table.js").Table} table @param {import("./exact.js").Exact} total
 */
export function outcomeOf(table, total) {
  const found = table.judgements.find((judgement) => contains(judgement.bounds, total));
  const last = table.judgements.at(-1);
  return found ? found.code : (last.otherwise ?? last.code);
}
