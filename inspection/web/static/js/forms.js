// Forms of the staff pages: what is typed is not lost by a wrong click, and a button that is pressed
// twice sends once. The pages work without it.

const AGAIN_MS = 8000; // a reply that takes longer may be asked for again
const UNSAVED = "保存していない変更があります。";
const forms = [...document.querySelectorAll("form[data-unsaved]")];
let leaving = null; // the form that is being sent

function differs(part) {
  if (part.type === "checkbox" || part.type === "radio") return part.checked !== part.defaultChecked;
  return part.type !== "hidden" && "defaultValue" in part && part.value !== part.defaultValue;
}

export function isUnsaved(form) {
  return form.dataset.unsaved === "now" || [...form.elements].some(differs);
}

export function tell(form) {
  const word = form.querySelector("[data-unsaved-word]");
  const text = isUnsaved(form) ? UNSAVED : "";
  if (word && word.textContent !== text) word.textContent = text;
  const count = form.querySelectorAll("input[name=inspection]:checked").length;
  const chosen = form.querySelector("[data-chosen]");
  if (chosen) chosen.textContent = count ? `${count} 件を選んでいます。` : "";
}

for (const form of forms) {
  form.addEventListener("input", () => tell(form));
  tell(form);
}

window.addEventListener("beforeunload", (event) => {
  if (!forms.some((form) => form !== leaving && isUnsaved(form))) return;
  event.preventDefault();
  if (leaving) delete leaving.dataset.sentAt; // who stays may press again
  leaving = null;
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (Date.now() - Number(form.dataset.sentAt ?? 0) < AGAIN_MS) {
    event.preventDefault();
    return;
  }
  form.dataset.sentAt = Date.now();
  leaving = form;
});

// A page that the back button brings as it was can be sent again; the browser may have put back
// what was typed.
window.addEventListener("pageshow", () => {
  leaving = null;
  for (const form of document.forms) delete form.dataset.sentAt;
  for (const form of forms) tell(form);
});

document.querySelector("[data-focus]")?.focus();
