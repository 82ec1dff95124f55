// From the JSON of a rule table (GET /rule-tables/{id}/{version}) to what the evaluation reads.
// Every key and word is checked against what this module evaluates; anything else is refused.

import { UnsupportedTableError } from "./errors.js";
import { exactly } from "./exact.js";
import { parseFormula } from "./formula.js";
import { RANGE_KEYS, rangeOf } from "./range.js";

/**
 * @typedef {import("./range.js").Range} Range
 * @typedef {{ ja: string, en: string }} Label
 * @typedef {{ code: string, mark: string, points: number, label: Label, range: Range | null,
 *   severity: string | null }} Grade
 * @typedef {{ code: string, range: Range }} FormulaInput
 * @typedef {{ program: (string | import("./exact.js").Exact)[], inputs: FormulaInput[], undefined: Label }} Computation
 * @typedef {{ when: string, borrowed: object, item: Item }} Replacement
 * @typedef {{ code: string, label: Label, source: string, mode: string, grades: Grade[],
 *   measure: { label: Label, limits: Range } | null, computation: Computation | null,
 *   perUnit: { points: number, most: number } | null, when: string | null, unless: string | null,
 *   replacements: Replacement[] }} Item points in thousandths
 * @typedef {{ code: string, label: Label, cap: number | null, axis: string | null, items: Item[] }} Category
 * @typedef {{ code: string, default: boolean | null }} Condition
 * @typedef {{ id: string, version: string, sha256: string, structures: string[], unknown: string,
 *   conditions: Condition[], axes: (string | null)[],
 *   axisLabels: Map<string, Label>, categories: Category[], items: Item[],
 *   modifiers: object[], outcomes: { code: string, label: Label }[], judgements: object[] }} Table
 *   axes: null for the total, then the codes of further scores, named in axisLabels
 */

export const SCALE = 1000; // points are kept in thousandths: a table has no finer ones
const SCHEMA = "hantei-rule-table/1";
const MODES = ["highest", "sum", "count", "range", "formula"];
const POLICIES = ["interval", "zero", "worst"];
const KINDS = ["threshold", "ranks", "count", "condition", "any_of", "all_of", "override"];
const KEYS = {
  table: [
    ["schema", "id", "version", "sha256", "structures", "unknown", "conditions"],
    ["axes", "severities", "categories", "modifiers", "outcomes", "judgements"],
    ["scored", "extends", "jurisdiction", "method", "effective", "source", "label", "examples"],
  ].flat(),
  condition: ["code", "label", "default"],
  category: ["code", "label", "cap", "axis", "items"],
  item: [
    ["code", "label", "source", "mode", "when", "unless", "grades", "per_unit"],
    ["measure", "formula", "replacements"],
  ].flat(),
  axis: ["code", "label"],
  grade: ["code", "mark", "points", "label", "range", "severity"],
  perUnit: ["points", "most"],
  measure: ["label", "unit", ...RANGE_KEYS],
  formula: ["text", "undefined", "note", "inputs"],
  input: ["code", "label", "unit", ...RANGE_KEYS],
  replacement: ["table", "version", "sha256", "item", "when", "resolved"],
  modifier: ["code", "label", "source", "multiply", "add", "when", "unless", "axis"],
  outcome: ["code", "label"],
  judgement: [
    ["code", "kind", "otherwise", "axis", "ranks", "severities", "findings", "of", "condition"],
    ["decides", "label", "source", ...RANGE_KEYS],
  ].flat(),
  rank: ["code", ...RANGE_KEYS],
  found: ["item", "grade"],
};

/**
 * Check and prepare a table once; the result serves any number of scores.
 * @param {object} json as the API sends it
 * @returns {Table}
 * Throws UnsupportedTableError for anything that this module does not know how to score.
 */
export function compileTable(json) {
  only(json, "table", "評点表");
  one(json.schema, [SCHEMA], "schema");
  const categories = json.categories.map(category);
  return {
    id: json.id,
    version: json.version,
    sha256: json.sha256,
    structures: json.structures,
    unknown: one(json.unknown, POLICIES, "unknown"),
    conditions: json.conditions.map(condition),
    axes: [null, ...(json.axes ?? []).map((axis) => only(axis, "axis", "axes").code)],
    axisLabels: new Map((json.axes ?? []).map((axis) => [axis.code, axis.label])),
    categories,
    items: categories.flatMap((part) => part.items),
    modifiers: json.modifiers.map(modifier),
    outcomes: json.outcomes.map((found) => only(found, "outcome", `outcomes[${found.code}]`)),
    judgements: json.judgements.map(judgement),
  };
}

function condition(json) {
  only(json, "condition", `conditions[${json.code}]`);
  return { code: json.code, default: json.default === "unknown" ? null : json.default };
}

function category(json) {
  const place = `categories[${json.code}]`;
  only(json, "category", place);
  return {
    code: json.code,
    label: json.label,
    cap: (json.cap ?? null) === null ? null : thousandths(json.cap, place),
    axis: json.axis ?? null,
    items: json.items.map((found) => item(found, place)),
  };
}

function item(json, above) {
  const place = `${above}.items[${json.code}]`;
  only(json, "item", place);
  if (json.measure !== undefined) only(json.measure, "measure", `${place}.measure`);
  return {
    code: json.code,
    label: json.label,
    source: json.source,
    mode: one(json.mode, MODES, `${place}.mode`),
    grades: (json.grades ?? []).map((found) => grade(found, place)),
    perUnit: json.per_unit ? perUnit(json.per_unit, `${place}.per_unit`) : null,
    when: json.when ?? null,
    unless: json.unless ?? null,
    measure: json.measure ? { label: json.measure.label, limits: rangeOf(json.measure) } : null,
    computation: json.formula ? computation(json.formula, `${place}.formula`) : null,
    replacements: (json.replacements ?? []).map((found) => replacement(found, place)),
  };
}

function grade(json, above) {
  const place = `${above}.grades[${json.code}]`;
  only(json, "grade", place);
  if (json.range !== undefined) known(json.range, RANGE_KEYS, `${place}.range`);
  return {
    code: json.code,
    mark: json.mark,
    points: thousandths(json.points ?? 0, place), // a table may judge without points
    label: json.label,
    range: json.range ? rangeOf(json.range) : null,
    severity: json.severity ?? null,
  };
}

function perUnit(json, place) {
  only(json, "perUnit", place);
  return { points: thousandths(json.points, place), most: json.most };
}

function computation(json, place) {
  only(json, "formula", place);
  const inputs = json.inputs.map((found) => {
    only(found, "input", `${place}.inputs[${found.code}]`);
    return { code: found.code, range: rangeOf(found) };
  });
  try {
    return { program: parseFormula(json.text), inputs, undefined: json.undefined };
  } catch (error) {
    if (error instanceof RangeError) throw new UnsupportedTableError(`${place}.text`, json.text);
    throw error;
  }
}

function replacement(json, above) {
  const { when, resolved, ...borrowed } = only(json, "replacement", `${above}.replacements`);
  return { when, borrowed, item: item(resolved, above) };
}

function modifier(json) {
  const place = `modifiers[${json.code}]`;
  only(json, "modifier", place);
  const operation = json.multiply === undefined ? "add" : "multiply";
  if (json[operation] === undefined) throw new UnsupportedTableError(place, "multiply, add");
  const { when = null, unless = null, axis = null } = json;
  return { code: json.code, label: json.label, source: json.source, operation, operand: exactly(json[operation]), when, unless, axis };
}

function judgement(json) {
  const place = `judgements[${json.code}]`;
  only(json, "judgement", place);
  const findings = json.findings ?? [];
  findings.forEach((found) => only(found, "found", `${place}.findings`));
  return {
    code: json.code,
    kind: one(json.kind, KINDS, `${place}.kind`),
    bounds: rangeOf(json),
    otherwise: json.otherwise ?? null,
    axis: json.axis ?? null,
    ranks: (json.ranks ?? []).map((found) => rank(found, place)),
    severities: json.severities ?? [],
    findings,
    of: json.of ?? [],
    condition: json.condition ?? null,
    decides: json.decides ?? true,
    label: json.label ?? null,
    source: json.source ?? null,
  };
}

function rank(json, above) {
  only(json, "rank", `${above}.ranks[${json.code}]`);
  return { code: json.code, bounds: rangeOf(json) };
}

function only(json, kind, place) {
  return known(json, KEYS[kind], place);
}

function known(json, allowed, place) {
  for (const key of Object.keys(json)) {
    if (!allowed.includes(key)) throw new UnsupportedTableError(place, `「${key}」`);
  }
  return json;
}

function one(found, allowed, place) {
  if (!allowed.includes(found)) throw new UnsupportedTableError(place, `「${found}」`);
  return found;
}

function thousandths(points, place) {
  const { n, d } = exactly(points);
  const scaled = n * BigInt(SCALE);
  if (scaled % d !== 0n) throw new UnsupportedTableError(place, `「${points}」`);
  return Number(scaled / d);
}
