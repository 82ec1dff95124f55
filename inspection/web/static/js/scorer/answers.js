// Answers and conditions in the API's JSON form: read, checked as a whole, and written back.

import { AnswerError } from "./errors.js";
import { misfits } from "./findings.js";
import { compare, exactly, toNumber, written } from "./exact.js";
import { brief, numberText, quoted } from "./words.js";

/**
 * @typedef {import("./exact.js").Exact} Exact
 * @typedef {{ kind: string, grades?: string[], number?: Exact, inputs?: [string, Exact][] }} Answer
 * @typedef {import("./table.js").Table} Table
 */

/** @type {Record<string, Answer>} */
export const WORDS = { none: { kind: "none" }, na: { kind: "na" }, unknown: { kind: "unknown" } };
const LARGEST = exactly(1e12);
const FINEST = 30; // decimal places
const FORMS =
  '評価のリスト(例 ["i"])、"none"、"unknown"、"na"、' +
  '{"count": 数}、{"value": 値}、{"inputs": {…}} のいずれかで答えてください';

/** An answer that has not the form of one; `texts` are the messages. */
class Refused extends Error {
  constructor(...texts) {
    super(texts.join(" "));
    this.texts = texts;
  }
}

/**
 * Read answers; those left out stay out (they count as unknown).
 * An answer to an item that another may replace has to fit one of the two here.
 * @param {Table} table
 * @param {object} raw item code -> list of grade codes, a word, or {count}, {value}, {inputs}
 * @returns {Map<string, Answer>}
 * Throws AnswerError with every fault, by item code.
 */
export function parseAnswers(table, raw) {
  if (!isObject(raw)) throw misread("answers", "項目番号と答えの組ではありません");
  const items = new Map(table.items.map((item) => [item.code, item]));
  return readEach(raw, "answers", (code, given) => {
    if (!items.has(code)) throw new Refused(unknownItem(table, code));
    return fitting(items.get(code), parseAnswer(given));
  });
}

/**
 * Read conditions: code -> true, false or "unknown" (null in the result); those left out stay out.
 * @param {Table} table
 * @param {object} raw
 * @returns {Map<string, boolean | null>}
 * Throws AnswerError with every fault, by condition code.
 */
export function parseConditions(table, raw) {
  if (!isObject(raw)) throw misread("conditions", "条件の名前と値の組ではありません");
  const known = new Set(table.conditions.map((condition) => condition.code));
  return readEach(raw, "conditions", (code, given) => {
    if (!known.has(code)) throw new Refused(unknownCondition(table, code));
    if (typeof given === "boolean") return given;
    if (given === "unknown") return null;
    throw new Refused(`${quoted(given)} とあります。true、false、"unknown" のいずれかです`);
  });
}

/** The API's JSON form of one answer. @param {Answer} answer */
export function answerToJson(answer) {
  if (answer.kind === "grades") return [...answer.grades];
  if (answer.kind === "inputs") {
    return { inputs: Object.fromEntries(answer.inputs.map(([code, number]) => [code, toNumber(number)])) };
  }
  return answer.number === undefined ? answer.kind : { [answer.kind]: toNumber(answer.number) };
}

function readEach(raw, part, read) {
  const found = new Map();
  const faults = [];
  for (const [code, given] of Object.entries(raw)) {
    try {
      found.set(code, read(code, given));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      faults.push({ part, code, texts: error.texts });
    }
  }
  if (faults.length) throw new AnswerError(faults);
  return found;
}

function misread(part, text) {
  return new AnswerError([{ part, code: part, texts: [text] }]);
}

/** One answer by its form alone, without an item. @returns {Answer} */
function parseAnswer(raw) {
  if (typeof raw === "string" && Object.hasOwn(WORDS, raw)) return WORDS[raw];
  if (Array.isArray(raw) && raw.every((code) => typeof code === "string")) {
    return { kind: "grades", grades: [...raw] };
  }
  if (isObject(raw) && Object.keys(raw).length === 1) {
    const [[kind, given]] = Object.entries(raw);
    if (kind === "count" || kind === "value") return { kind, number: exactNumber(given) };
    if (kind === "inputs" && isObject(given)) return { kind, inputs: inputs(given) };
  }
  throw new Refused(`${brief(raw)} とあります。${FORMS}`);
}

/** A JSON number as the decimal that it is written as, within 10^12 and 30 decimal places. */
function exactNumber(raw) {
  if (typeof raw !== "number") throw new Refused(`${brief(raw)} は数値ではありません`);
  if (!Number.isFinite(raw)) throw new Refused(`${numberText(raw)} は数値ではありません`);
  const { value, places } = written(Math.abs(raw));
  if (compare(value, LARGEST) > 0) throw new Refused("数値が大きすぎます(10の12乗まで)");
  if (places > FINEST) throw new Refused(`小数点以下が長すぎます(${FINEST}桁まで)`);
  return raw < 0 ? { n: -value.n, d: value.d } : value;
}

function inputs(given) {
  const faults = [];
  const numbers = [];
  for (const [code, raw] of Object.entries(given)) {
    try {
      numbers.push([code, exactNumber(raw)]);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      faults.push(`${brief(code)}: ${error.message}`);
    }
  }
  if (faults.length) throw new Refused(...faults);
  return numbers.sort(([one], [two]) => (one < two ? -1 : 1));
}

function fitting(item, answer) {
  const faults = readings(item).map((reading) => misfits(reading, answer));
  if (faults.every((found) => found.length)) throw new Refused(...faults[0]);
  return answer;
}

/** The item itself and every item that may stand in its place. */
function readings(item) {
  return [item, ...item.replacements.map((found) => found.item)];
}

function unknownItem(table, code) {
  const codes = table.items.map((item) => item.code).join("、");
  return `項目「${brief(code)}」は評点表 ${table.id} にありません。使えるのは ${codes} です`;
}

function unknownCondition(table, code) {
  const codes = table.conditions.map((condition) => condition.code).join("、");
  const allowed = codes ? `使えるのは ${codes} です` : "この評点表に条件はありません";
  return `条件「${brief(code)}」は評点表 ${table.id} にありません。${allowed}`;
}

function isObject(raw) {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
