// The page behind the QR code: asks for a name, enrols the tablet, says what happens next.

import { EnrolmentError, currentEnrolment, enrol } from "./device.js";

const form = document.querySelector("#enrol-form");
const button = form.querySelector("button");
const notice = document.querySelector("#error");
const MISSING = {
  name: "端末の名前を入力してください。",
  code: "登録コードを入力してください。",
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.disabled) return; // one code, one request
  clearError();
  const empty = ["name", "code"].find((field) => !form.elements[field].value.trim());
  if (empty) return showError(MISSING[empty], [empty]);
  button.disabled = true;
  try {
    showDone(await enrol(form.elements.code.value.trim(), form.elements.name.value.trim()));
  } catch (error) {
    if (!(error instanceof EnrolmentError)) throw error;
    showError(error.message, Object.keys(error.fields));
  } finally {
    button.disabled = false;
  }
});

function showError(text, fields) {
  notice.querySelector("p").textContent = text;
  notice.hidden = false;
  for (const field of fields) form.elements[field]?.setAttribute("aria-invalid", "true");
  (form.elements[fields[0]] ?? notice).focus();
  notice.scrollIntoView({ block: "nearest" });
}

function clearError() {
  notice.hidden = true;
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
}

function showDone(enrolment) {
  // The code is spent, yet it need not stay in the address bar and the history.
  history.replaceState(null, "", location.pathname);
  form.reset();
  form.elements.code.value = "";
  showName(enrolment);
  document.querySelector("#form-view").hidden = true;
  const done = document.querySelector("#done-view");
  done.hidden = false;
  done.querySelector("h1").focus();
}

function showName(enrolment) {
  for (const place of document.querySelectorAll("[data-device-name]")) {
    place.textContent = enrolment.device.name;
  }
}

const known = await currentEnrolment().catch(() => undefined);
if (known) {
  showName(known);
  document.querySelector("#known").hidden = false;
}
button.disabled = false;
