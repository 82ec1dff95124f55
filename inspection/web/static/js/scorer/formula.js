// The small arithmetic of computed items: + - * / and brackets over numbers and named inputs.
// Nothing is evaluated by the browser itself; values are exact fractions.

import { add, divide, multiply, subtract } from "./exact.js";

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z][\p{L}\p{N}_]*)|([-+*/()]))/uy;
const BINDS = { "+": 1, "-": 1, "*": 2, "/": 2 };

/** The formula divides by zero for these inputs, so that it has no value. */
export class UndefinedResultError extends Error {}

/**
 * Read a formula into postfix order. Throws a RangeError for anything else than a formula.
 * @param {string} text such as "(0.3*Aw1 + 0.2*Aw2) / (1200*Af)"
 * @returns {(string | import("./exact.js").Exact)[]}
 */
export function parseFormula(text) {
  const program = [];
  const waiting = [];
  let valueNext = true;
  for (const [number, name, sign] of tokens(text)) {
    if ((sign === undefined || sign === "(") !== valueNext) throw new RangeError(text);
    if (sign === undefined) program.push(number === undefined ? name : decimal(number));
    else place(sign, program, waiting);
    valueNext = sign !== undefined && sign !== ")";
  }
  if (valueNext || waiting.includes("(")) throw new RangeError(text);
  return [...program, ...waiting.reverse()];
}

/**
 * The exact result. Throws UndefinedResultError on division by zero.
 * @param {ReturnType<typeof parseFormula>} program
 * @param {Map<string, import("./exact.js").Exact>} inputs
 */
export function formulaValue(program, inputs) {
  const stack = [];
  for (const step of program) {
    if (typeof step !== "string") stack.push(step);
    else if (step in BINDS) {
      const right = stack.pop();
      stack.push(apply(step, stack.pop(), right));
    } else stack.push(inputs.get(step));
  }
  return stack.pop();
}

function* tokens(given) {
  const text = given.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (found === null) throw new RangeError(given);
    yield found.slice(1);
  }
}

/** One step of the shunting-yard method for an operator or a bracket. */
function place(sign, program, waiting) {
  if (sign === "(") {
    waiting.push(sign);
    return;
  }
  const least = sign === ")" ? 0 : BINDS[sign];
  while (waiting.length && waiting.at(-1) !== "(" && BINDS[waiting.at(-1)] >= least) {
    program.push(waiting.pop());
  }
  if (sign !== ")") waiting.push(sign);
  else if (waiting.pop() === undefined) throw new RangeError(sign);
}

function decimal(text) {
  const [whole, part = ""] = text.split(".");
  return { n: BigInt(whole + part), d: 10n ** BigInt(part.length) };
}

function apply(sign, left, right) {
  if (sign === "+") return add(left, right);
  if (sign === "-") return subtract(left, right);
  if (sign === "*") return multiply(left, right);
  if (right.n === 0n) throw new UndefinedResultError();
  return divide(left, right);
}
