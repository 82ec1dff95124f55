// Follows packs that are being built: asks for each one's state and puts its new row in place.
// A network that fails is asked again, more slowly; the page works without this too.

const FAST_MS = 1000;
const SLOW_MS = 10000;
const list = document.getElementById("pack-list");

function underWay(pack) {
  return pack.dataset.state === "queued" || pack.dataset.state === "running";
}

function say(pack) {
  const words = [...pack.querySelectorAll("h3, .pack-state")].map((part) => part.textContent.trim());
  document.getElementById("pack-news").textContent = words.join("：");
}

async function renew(pack) {
  const reply = await fetch(pack.dataset.watch, { headers: { Accept: "application/json" } });
  if (reply.redirected || !reply.ok) throw new Error(`state: ${reply.status}`);
  const { html } = await reply.json();
  const inside = pack.contains(document.activeElement) ? document.activeElement.className : null;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.querySelector(".pack");
  pack.replaceWith(fresh);
  if (!underWay(fresh)) say(fresh);
  if (inside) fresh.querySelector("a.button, button")?.focus();
}

async function follow() {
  let wait = FAST_MS;
  const waiting = [...list.querySelectorAll(".pack")].filter(underWay);
  if (!waiting.length) return;
  try {
    if (!document.hidden) await Promise.all(waiting.map(renew));
  } catch {
    wait = SLOW_MS;
  }
  setTimeout(follow, wait);
}

if (list) setTimeout(follow, FAST_MS);
