// What can go wrong: answers that do not fit the table, and tables that this module does not know.

/** @typedef {{ part: string, code: string, texts: string[] }} Fault part: answers, conditions or structure */

/**
 * Answers or conditions do not fit the table. `errors` maps a code to its messages; `fields` is the
 * same under the names of the API's 422 (answers.2-2, conditions.school_route, structure).
 */
export class AnswerError extends Error {
  /** @param {Fault[]} faults */
  constructor(faults) {
    super(faults.map(({ code, texts }) => `${code}: ${texts.join(" ")}`).join("; "));
    this.name = "AnswerError";
    this.faults = faults;
    /** @type {Record<string, string[]>} */
    this.errors = Object.fromEntries(faults.map(({ code, texts }) => [code, texts]));
    /** @type {Record<string, string[]>} */
    this.fields = Object.fromEntries(
      faults.map(({ part, code, texts }) => [code === part ? part : `${part}.${code}`, texts]),
    );
  }
}

/** A rule table uses something that this module cannot evaluate; it is never scored in part. */
export class UnsupportedTableError extends Error {
  /** @param {string} place @param {string} found */
  constructor(place, found) {
    super(`この端末では使えない評点表です: ${place}: ${found}`);
    this.name = "UnsupportedTableError";
    this.place = place;
    this.found = found;
  }
}
