// A person's decision that a rule table provides for.

import { AnswerError } from "./errors.js";

const KEYS = ["judgement", "reason", "by"];
const LONGEST = 2000; // characters of a reason or a name
const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const ENDS = new RegExp(`^${BLANK}+|${BLANK}+$`, "g"); // what the server strips, not what trim() does

/**
 * Read {judgement, reason, by}; null stays null.
 * @param {import("./table.js").Table} table
 * @returns {{ judgement: string, reason: string, by: string } | null}
 * Throws AnswerError, under "override", for another form, for a test that the table does not leave
 * to a person, and for a missing or blank reason or name.
 */
export function parseOverride(table, raw) {
  if (raw === null || raw === undefined) return null;
  const good = typeof raw === "object" && KEYS.every((key) => Object.hasOwn(raw, key) && typeof raw[key] === "string");
  if (!good || Object.keys(raw).length !== KEYS.length) {
    const allowed = "judgement(判定の記号)、reason(理由)、by(判断した人)の三つの文字列が必要です";
    throw refusal([`人の判断の書き方が正しくありません。${allowed}`]);
  }
  const found = { judgement: raw.judgement, reason: stripped(raw.reason), by: stripped(raw.by) };
  const texts = [...strange(table, found.judgement), ...unfit("理由(reason)", found.reason), ...unfit("判断した人(by)", found.by)];
  if (texts.length) throw refusal(texts);
  return found;
}

function strange(table, code) {
  const codes = table.judgements.filter((test) => test.kind === "override").map((test) => test.code);
  if (codes.includes(code)) return [];
  const allowed = codes.length ? `使えるのは ${codes.join("、")} です` : "人の判断による判定はありません";
  const shown = [...code].slice(0, 60).join("");
  return [`評点表 ${table.id} では「${shown}」と判断できません。${allowed}`];
}

function unfit(name, text) {
  if (!text) return [`${name}が空です`];
  return [...text].length > LONGEST ? [`${name}が長すぎます(${LONGEST}文字まで)`] : [];
}

function stripped(text) {
  return text.replace(ENDS, "");
}

function refusal(texts) {
  return new AnswerError([{ part: "override", code: "override", texts }]);
}
