// A score as the JSON of `POST /scores`: labels in one language, points as JSON numbers.

import { WORDS, answerToJson } from "./answers.js";
import { subtract, toNumber } from "./exact.js";
import { judgeOf } from "./judgement.js";
import { SCALE } from "./table.js";
import { afterStep, capped, modified } from "./worlds.js";

const UNDETERMINED = "undetermined";
const UNDETERMINED_LABEL = { ja: "判定できません", en: "Undetermined" };

/**
 * @param {import("./table.js").Table} table
 * @param {{ given: Map<string, object>, truths: Map<string, boolean | null>, world: object, end: 0 | -1,
 *   bounds: import("./interval.js").Interval, override: object | null, lang: string }} reading
 *   world: the one that counts; end: the choice of unknown items that counts
 */
export function reply(table, reading) {
  const { world, bounds, truths, lang } = reading;
  const text = (label) => (lang === "en" ? label.en : label.ja);
  const parts = table.categories.map((category, at) => counted(category, world.findings[at], reading.end));
  const { judgement, judgements } = judged(table, reading);
  const open = judgement === UNDETERMINED;
  const { low, high } = bounds.axes.get(null);
  return {
    total: toNumber(axisTotal(world, parts, null)),
    low: toNumber(low),
    high: toNumber(high),
    judgement,
    judgement_label: text(outcomeLabel(table, judgement)),
    judgements,
    categories: parts.map((part) => categoryJson(part, reading.given, text)),
    modifiers: modifiersJson(table, world, parts, text),
    cut: shown(parts.reduce((sum, part) => sum + part.raw - part.points, 0)),
    open_items: open ? bounds.openItems : [],
    open_conditions: open ? bounds.openConditions : [],
    conditions: Object.fromEntries([...truths].map(([code, truth]) => [code, truth ?? "unknown"])),
    warnings: warnings(table, world, text),
    table: { id: table.id, version: table.version, sha256: table.sha256 },
    ...extras(table, reading, parts, text),
  };
}

/** What only tables with further scores, other tests than thresholds, or overrides have. */
function extras(table, reading, parts, text) {
  const found = {};
  if (table.axes.length > 1) {
    found.axes = table.axes.slice(1).map((axis) => axisJson(table, reading, parts, axis, text));
  }
  const tests = table.judgements.filter((test) => test.kind !== "ranks");
  if (tests.some((test) => test.kind !== "threshold" || !test.decides)) {
    found.tests = testsJson(table, tests, reading, text);
  }
  if (reading.override !== null) found.override = { ...reading.override };
  return found;
}

function axisJson(table, { world, bounds }, parts, axis, text) {
  const { low, high } = bounds.axes.get(axis);
  return {
    code: axis,
    label: text(table.axisLabels.get(axis)),
    total: toNumber(axisTotal(world, parts, axis)),
    low: toNumber(low),
    high: toNumber(high),
  };
}

function testsJson(table, tests, { world, end, bounds, override }, text) {
  const judge = judgeOf(table);
  const state = judge.extreme(world, end);
  const counted = (test) => judge.holds(test, state, world.truths, override?.judgement ?? null);
  return tests.map((test) => ({
    code: test.code,
    kind: test.kind,
    label: text(test.label ?? outcomeLabel(table, test.code)),
    holds: table.unknown === "interval" ? (bounds.verdicts.get(test.code) ?? UNDETERMINED) : counted(test),
    decides: test.decides,
    source: test.source,
  }));
}

function counted(category, findings, end) {
  const raw = findings.reduce((sum, finding) => sum + finding.choices.at(end).points, 0);
  return { category, findings, end, raw, points: capped(category, raw) };
}

function axisTotal(world, parts, axis) {
  return modified(world, axisSum(parts, axis), axis);
}

function axisSum(parts, axis) {
  return parts.reduce((sum, { category, points }) => (category.axis === axis ? sum + points : sum), 0);
}

/** The judgement and each outcome's verdict; only the policy `interval` leaves it open. */
function judged(table, { world, end, bounds, override }) {
  const judge = judgeOf(table);
  const found = () => judge.outcome(judge.extreme(world, end), world.truths, override?.judgement ?? null);
  const reached = table.unknown === "interval" ? bounds.outcomes : new Set([found()]);
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

function categoryJson({ category, findings, end, raw, points }, given, text) {
  return {
    code: category.code,
    label: text(category.label),
    raw: shown(raw),
    cap: category.cap === null ? null : shown(category.cap),
    points: shown(points),
    items: category.items.map((item, at) => line(item, findings[at], end, given, text)),
    ...(category.axis === null ? {} : { axis: category.axis }),
  };
}

function line(item, finding, end, given, text) {
  const grades = finding.unknown ? [] : finding.choices[0].grades;
  const grade = grades.at(-1);
  return {
    code: item.code,
    label: text(item.label),
    answer: answerToJson(given.get(item.code) ?? WORDS.unknown),
    points: shown(finding.choices.at(end).points),
    max: shown(mostPoints(finding.item)),
    source: finding.item.source,
    grade: grade ? grade.code : null,
    mark: grade ? grade.mark : null,
    grade_label: grade ? text(grade.label) : null,
    value: finding.value ? toNumber(finding.value) : null,
    replaced_by: finding.replaced ? { ...finding.replaced.borrowed } : null,
    ...(grades.length > 1 ? { grades: grades.map(({ code }) => code) } : {}),
    ...(finding.applies ? {} : { applies: false }),
    ...(grade && grade.severity !== null ? { severity: grade.severity } : {}),
  };
}

/** The most that the item can give. */
function mostPoints({ perUnit, mode, grades }) {
  if (perUnit !== null) return perUnit.points * perUnit.most;
  return mode === "sum" ? grades.reduce((sum, grade) => sum + grade.points, 0) : grades.at(-1).points;
}

/** What each step after the caps added, axis by axis. */
function modifiersJson(table, world, parts, text) {
  return table.axes.flatMap((axis) => {
    let total = { n: BigInt(axisSum(parts, axis)), d: BigInt(SCALE) };
    return world.modifiers.get(axis).map((step) => {
      const after = afterStep(step, total);
      const added = toNumber(subtract(after, total));
      total = after;
      const line = { code: step.code, label: text(step.label), points: added, source: step.source };
      return axis === null ? line : { ...line, axis };
    });
  });
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
