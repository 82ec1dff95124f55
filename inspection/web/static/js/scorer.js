// The tablet's scorer: what the server's POST /scores gives, without the server.
// docs/tablet-scorer.md says how to call it and how it is kept equal to the server's.

export { AnswerError, UnsupportedTableError } from "./scorer/errors.js";
export { score } from "./scorer/score.js";
export { compileTable } from "./scorer/table.js";
