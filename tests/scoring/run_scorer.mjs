// Scores the records of a file of vectors (JSON lines) with a copy of the tablet's scorer.
// node run_scorer.mjs SCORER_JS TABLE_JSON VECTORS RESULTS: a line of {"score"} or {"errors"} each.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [scorer, table, vectors, results] = process.argv.slice(2);
const { AnswerError, compileTable, score } = await import(pathToFileURL(scorer).href);
const compiled = compileTable(JSON.parse(readFileSync(table, "utf-8")));

function answered(record) {
  try {
    return { score: score(compiled, record) };
  } catch (error) {
    return error instanceof AnswerError ? { errors: error.fields } : { crash: String(error.stack) };
  }
}

const lines = readFileSync(vectors, "utf-8").trimEnd().split("\n");
const started = performance.now();
const answers = lines.map((line) => JSON.stringify(answered(JSON.parse(line))));
writeFileSync(results, answers.join("\n"));
console.log(`${lines.length} ${((performance.now() - started) / lines.length).toFixed(3)} ms`);
