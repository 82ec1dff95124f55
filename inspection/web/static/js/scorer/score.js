// One record under one rule table, as the JSON of `POST /scores`.

import { answerToJson, parseAnswers, parseConditions, WORDS } from "./answers.js";
import { AnswerError } from "./errors.js";
import { subtract, toNumber } from "./exact.js";
import { interval } from "./interval.js";
import { outcomeOf } from "./judgement.js";
import { SCALE } from "./table.js";
import { afterStep, capped, possibleWorlds, utmost } from "./worlds.js";

const UNDETERMINED = "undetermined";
const UNDETERMINED_LABEL = { ja: "判定できません", en: "Undetermined" };

/**
 * Score one inspection under one rule table.
 * @param {import("./table.js").Table} table as `compileTable` gives it
 * @param {{ answers?: object, conditions?: object, structure?: string | null, lang?: string }} record
 *   answers and conditions as in the body of `POST /scores`; lang "en", anything else is Japanese
 * @returns {object} the reply of `POST /scores`
 * Throws AnswerError with `errors` by code for what does not fit the table.
 */
export function score(table, { answers = {}, conditions = {}, structure = null, lang = "ja" } = {}) {
  const [given, facts] = parsed(() => parseAnswers(table, answers), () => parseConditions(table, conditions));
  const truths = new Map(table.conditions.map((known) => [known.code, facts.has(known.code) ? facts.get(known.code) : known.default]));
  checkStructure(table, structure);
  const worlds = possibleWorlds(table, given, truths);
  const worst = table.unknown === "worst";
  const { world } = worst ? utmost(table, worlds, -1, -1) : utmost(table, worlds, 0, 1);
  return reply(table, { given, truths, worlds, world, worst, text: (label) => (lang === "en" ? label.en : label.ja) });
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

function reply(table, reading) {
  const { worlds, world, truths, text } = reading;
  const categories = table.categories.map((part, at) => scoredCategory(part, world.findings[at], reading));
  const steps = scoredModifiers(world, categories.reduce((sum, part) => sum + part.points, 0), text);
  const bounds = interval(table, worlds);
  const { judgement, judgements } = judged(table, steps.total, bounds);
  const open = judgement === UNDETERMINED;
  return {
    total: toNumber(steps.total),
    low: toNumber(bounds.low),
    high: toNumber(bounds.high),
    judgement,
    judgement_label: text(outcomeLabel(table, judgement)),
    judgements,
    categories: categories.map(categoryJson),
    modifiers: steps.lines,
    cut: shown(categories.reduce((sum, part) => sum + part.raw - part.points, 0)),
    open_items: open ? bounds.openItems : [],
    open_conditions: open ? bounds.openConditions : [],
    conditions: Object.fromEntries([...truths].map(([code, truth]) => [code, truth ?? "unknown"])),
    warnings: warnings(table, world, text),
    table: { id: table.id, version: table.version, sha256: table.sha256 },
  };
}

function scoredCategory(category, findings, reading) {
  const points = findings.map((finding) => finding.options.at(reading.worst ? -1 : 0));
  const raw = points.reduce((sum, one) => sum + one, 0);
  const items = category.items.map((item, at) => line(item, findings[at], points[at], reading));
  return { category, label: reading.text(category.label), raw, points: capped(category, raw), items };
}

function categoryJson({ category, label, raw, points, items }) {
  const cap = category.cap === null ? null : shown(category.cap);
  return { code: category.code, label, raw: shown(raw), cap, points: shown(points), items };
}

function line(item, finding, points, { given, text }) {
  const { grade } = finding;
  return {
    code: item.code,
    label: text(item.label),
    answer: answerToJson(given.get(item.code) ?? WORDS.unknown),
    points: shown(points),
    max: shown(finding.item.grades.at(-1).points),
    source: finding.item.source,
    grade: grade ? grade.code : null,
    mark: grade ? grade.mark : null,
    grade_label: grade ? text(grade.label) : null,
    value: finding.value ? toNumber(finding.value) : null,
    replaced_by: finding.replaced ? { ...finding.replaced.borrowed } : null,
  };
}

function scoredModifiers(world, points, text) {
  let total = { n: BigInt(points), d: BigInt(SCALE) };
  const lines = world.modifiers.map((step) => {
    const after = afterStep(step, total);
    const added = toNumber(subtract(after, total));
    total = after;
    return { code: step.code, label: text(step.label), points: added, source: step.source };
  });
  return { lines, total };
}

/** The judgement and each outcome's verdict; only the policy `interval` leaves it open. */
function judged(table, total, bounds) {
  const reached = table.unknown === "interval" ? bounds.outcomes : new Set([outcomeOf(table, total)]);
  const only = reached.size === 1 ? [...reached][0] : null;
  const verdict = (code) => (only !== null ? code === only : reached.has(code) && UNDETERMINED);
  return {
    judgement: only ?? UNDETERMINED,
    judgements: Object.fromEntries(table.outcomes.map(({ code }) => [code, verdict(code)])),
  };
}

function outcomeLabel(table, code) {
  return table.outcomes.find((known) => known.code === code)?.label ?? UNDETERMINED_LABEL;
}

function warnings(table, world, text) {
  const findings = world.findings.flat();
  return table.items
    .map((item, at) => ({ item, notice: findings[at].notice }))
    .filter(({ notice }) => notice !== null)
    .map(({ item, notice }) => `${item.code} ${text(item.label)}: ${text(notice)}`);
}

/** Thousandths as a JSON number: the nearest double of the decimal. */
function shown(points) {
  return points / SCALE;
}
