// One record under one rule table: read, counted, judged.

import { parseAnswers, parseConditions } from "./answers.js";
import { AnswerError } from "./errors.js";
import { compare } from "./exact.js";
import { interval } from "./interval.js";
import { judgeOf } from "./judgement.js";
import { parseOverride } from "./overrides.js";
import { reply } from "./reply.js";
import { extreme, possibleWorlds } from "./worlds.js";

/**
 * Score one inspection under one rule table.
 * @param {import("./table.js").Table} table as `compileTable` gives it
 * @param {{ answers?: object, conditions?: object, structure?: string | null,
 *   override?: object | null, lang?: string }} record
 *   as in the body of `POST /scores`; lang "en", anything else is Japanese
 * @returns {object} the reply of `POST /scores`
 * Throws AnswerError with `errors` by code for what does not fit the table.
 */
export function score(table, { answers = {}, conditions = {}, structure = null, override = null, lang = "ja" } = {}) {
  const [given, facts, decision] = parsed(
    () => parseAnswers(table, answers),
    () => parseConditions(table, conditions),
    () => parseOverride(table, override),
  );
  checkStructure(table, structure);
  const truths = new Map(
    table.conditions.map(({ code, default: usual }) => [code, facts.has(code) ? facts.get(code) : usual]),
  );
  const worlds = possibleWorlds(table, given, truths);
  const end = table.unknown === "worst" ? -1 : 0;
  const code = decision?.judgement ?? null;
  const world = countedWorld(table, worlds, end, code);
  const bounds = interval(table, worlds, code);
  return reply(table, { given, truths, world, end, bounds, override: decision, lang });
}

/** What each of these reads; one AnswerError with the faults of all. */
function parsed(...readers) {
  const faults = [];
  const found = readers.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      return void faults.push(...error.faults);
    }
  });
  if (faults.length) throw new AnswerError(faults);
  return found;
}

function checkStructure(table, structure) {
  if (structure === null || table.structures.includes(structure)) return;
  const allowed = table.structures.join("、");
  const found = `構造「${structure}」は評点表 ${table.id} の対象ではありません。対象は ${allowed} です`;
  throw new AnswerError([{ part: "structure", code: "structure", texts: [found] }]);
}

/**
 * The reading that counts: the fewest points, or the most under the policy `worst`.
 * Where points are equal, the milder outcome, or the graver one.
 */
function countedWorld(table, worlds, end, override) {
  if (worlds.length === 1) return worlds[0];
  const judge = judgeOf(table);
  const sign = end === 0 ? 1 : -1;
  const weighed = worlds.map((world) => ({
    world,
    total: extreme(table, world, end),
    place: judge.placeOf(judge.outcome(judge.extreme(world, end), world.truths, override)),
  }));
  return weighed.reduce((best, one) => {
    const order = compare(one.total, best.total) || best.place - one.place;
    return sign * order < 0 ? one : best;
  }).world;
}
