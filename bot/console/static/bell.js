// The number of unread notices beside the bell: asked for at the start, at every ring, and once a minute.
const EVERY = 60000;
const bell = document.querySelector("[data-bell]");
const count = document.querySelector("[data-bell-count]");

function show(number) {
  const words = number > 99 ? "99+" : String(number);
  count.hidden = number === 0;
  count.textContent = words;
  bell.setAttribute("aria-label", number === 0 ? "Pemberitahuan, semua sudah dibaca" : `Pemberitahuan, ${words} belum dibaca`);
}

async function ask() {
  try {
    const response = await fetch("/petugas/pemberitahuan/jumlah", { headers: { "X-Bagian": "1" }, credentials: "same-origin" });
    if (response.ok) show((await response.json()).belum_dibaca);
  } catch {
    // The next question comes within a minute; the number on the screen stays.
  }
}

export function startBell() {
  if (!bell) return;
  ask();
  addEventListener("petugas:berubah", ask);
  setInterval(() => { if (document.visibilityState === "visible") ask(); }, EVERY);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") ask(); });
}
