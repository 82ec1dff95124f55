// Drawing black boxes on photos, with mouse, pen, finger or keyboard. Boxes are kept in fractions
// of the picture, in the form's hidden field; what is drawn here only shows them.

import { tell } from "./forms.js";

const SMALLEST = 0.01;
const STEP = 0.01;

for (const form of document.querySelectorAll("form.release")) edit(form);

function edit(form) {
  const canvas = form.querySelector("[data-boxes]");
  const tools = form.querySelector("[data-tools]");
  const field = form.elements.boxes;
  let boxes = JSON.parse(field.value || "[]");
  const earlier = [];

  function show(focused = -1) {
    for (const each of canvas.querySelectorAll(".box")) each.remove();
    boxes.forEach((box, place) => canvas.append(element(box, place)));
    field.value = JSON.stringify(boxes);
    tools.querySelector("[data-undo]").disabled = earlier.length === 0;
    if (focused >= 0) canvas.querySelectorAll(".box")[focused]?.focus();
  }

  function element(box, place) {
    const part = document.createElement("button");
    part.type = "button";
    part.className = "box";
    part.setAttribute("aria-label", `塗りつぶしの枠 ${place + 1}`);
    locate(part, box);
    part.addEventListener("keydown", (event) => byKey(event, place));
    return part;
  }

  function change(next, focused = -1) {
    earlier.push(boxes);
    boxes = next;
    show(focused);
    mark();
  }

  function mark() {
    form.dataset.unsaved = earlier.length ? "now" : "";
    tell(form);
  }

  function byKey(event, place) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      change(boxes.filter((_, at) => at !== place), Math.min(place, boxes.length - 2));
      return;
    }
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const box = { ...boxes[place] };
    const [right, down] = way.map((each) => each * STEP);
    if (event.shiftKey) {
      box.width = clamp(box.width + right, SMALLEST, 1 - box.x);
      box.height = clamp(box.height + down, SMALLEST, 1 - box.y);
    } else {
      box.x = clamp(box.x + right, 0, 1 - box.width);
      box.y = clamp(box.y + down, 0, 1 - box.height);
    }
    change(boxes.map((each, at) => (at === place ? rounded(box) : each)), place);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest(".box")) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    const from = where(canvas, event);
    const draft = document.createElement("span");
    draft.className = "box box--draft";
    canvas.append(draft);
    const move = (next) => locate(draft, between(from, where(canvas, next)));
    const stop = (kept) => (end) => {
      canvas.removeEventListener("pointermove", move);
      draft.remove();
      const box = between(from, where(canvas, end));
      const big = box.width >= SMALLEST && box.height >= SMALLEST;
      if (kept && big) change([...boxes, box], boxes.length);
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", stop(true), { once: true });
    canvas.addEventListener("pointercancel", stop(false), { once: true });
  });

  tools.querySelector("[data-add]").addEventListener("click", () => {
    change([...boxes, { x: 0.4, y: 0.4, width: 0.2, height: 0.2 }], boxes.length);
  });
  tools.querySelector("[data-undo]").addEventListener("click", () => {
    boxes = earlier.pop() ?? boxes;
    show();
    mark();
  });
  tools.hidden = false;
  canvas.classList.add("canvas--live");
  show();
}

function where(canvas, event) {
  const frame = canvas.getBoundingClientRect();
  return {
    x: clamp((event.clientX - frame.left) / frame.width, 0, 1),
    y: clamp((event.clientY - frame.top) / frame.height, 0, 1),
  };
}

function between(one, other) {
  return rounded({
    x: Math.min(one.x, other.x),
    y: Math.min(one.y, other.y),
    width: Math.abs(one.x - other.x),
    height: Math.abs(one.y - other.y),
  });
}

function rounded(box) {
  return Object.fromEntries(Object.entries(box).map(([side, value]) => [side, Number(value.toFixed(4))]));
}

function locate(part, box) {
  part.style.left = `${box.x * 100}%`;
  part.style.top = `${box.y * 100}%`;
  part.style.width = `${box.width * 100}%`;
  part.style.height = `${box.height * 100}%`;
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}
