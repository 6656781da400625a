// Counts down on the server's clock: the browser's own may be wrong by hours, so it only measures the
// time since the server last said what time it is.
let serverNow = 0;
let heardAt = 0;

export function hearServerTime(iso) {
  const parsed = Date.parse(iso);
  if (Number.isNaN(parsed)) return;
  serverNow = parsed;
  heardAt = performance.now();
}

export function now() {
  return serverNow + (performance.now() - heardAt);
}

function spell(milliseconds) {
  const total = Math.floor(milliseconds / 60000);
  const parts = [[Math.floor(total / 1440), "hari"], [Math.floor(total / 60) % 24, "jam"], [total % 60, "menit"]];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "kurang dari 1 menit";
  return parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ");
}

function show(element) {
  const due = Date.parse(element.dataset.due);
  const left = due - now();
  const standing = left < 0 ? "breached" : now() >= Date.parse(element.dataset.risk) ? "risk" : "running";
  const words = { breached: "Terlambat ", risk: "Berisiko, sisa ", running: "Sisa " }[standing] + spell(Math.abs(left));
  if (element.textContent !== words) element.textContent = words;
  if (!element.classList.contains(`due--${standing}`)) {
    element.classList.remove("due--running", "due--risk", "due--breached");
    element.classList.add(`due--${standing}`);
    const row = element.closest(".queue tr");
    if (row) row.className = `is-${standing}`;
  }
}

export function tick() {
  for (const element of document.querySelectorAll("[data-due]")) show(element);
}

export function startCountdown() {
  hearServerTime(document.body.dataset.now);
  tick();
  setInterval(tick, 1000);
}
