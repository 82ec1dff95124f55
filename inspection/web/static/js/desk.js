// A meeting's desk: a case that is moved stays under the finger, and the reply to a form gets the
// page's own address, so that reloading it or coming back to it asks for nothing.

const UNDER_THE_NEWS_PX = 96;
const KEY = "hantei-desk";
const form = document.getElementById("case-form");

const { page } = document.querySelector("[data-page]").dataset;

if (location.pathname !== page) history.replaceState(null, "", page);

form?.addEventListener("submit", (event) => {
  const pressed = event.submitter?.value ?? "";
  if (!/^(up|down|remove):/.test(pressed)) return;
  const top = event.submitter.getBoundingClientRect().top;
  sessionStorage.setItem(KEY, JSON.stringify({ pressed, top, scroll: scrollY, at: Date.now() }));
});

function comeBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  sessionStorage.removeItem(KEY);
  if (!kept || Date.now() - kept.at > 30000) return;
  const [way, which] = kept.pressed.split(":");
  if (way === "remove") scrollTo({ top: kept.scroll, behavior: "instant" });
  const button = (to) => form?.querySelector(`button[value="${CSS.escape(`${to}:${which}`)}"]`);
  const same = button(way);
  if (!same) return;
  const top = Math.max(kept.top, UNDER_THE_NEWS_PX);
  scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
  (same.disabled ? button(way === "up" ? "down" : "up") : same)?.focus({ preventScroll: true });
}

addEventListener("load", () => requestAnimationFrame(comeBack)); // after the jump to the case
