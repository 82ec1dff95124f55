// Copies the text of the field beside a button. Over plain http in an office network browsers
// offer no clipboard: then the field's text is selected, ready for the person's own copying.

for (const box of document.querySelectorAll("[data-copy]")) {
  const field = box.querySelector("input");
  const button = box.querySelector("button");
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.focus();
    field.select();
    if (await copied(field.value)) {
      button.textContent = button.dataset.done;
      setTimeout(() => (button.textContent = label), 2500);
    }
  });
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
