// Who else has this ticket open, and who is typing; told by the stream, forgotten by itself.
const main = document.querySelector("main[data-ticket-id]");
const line = document.querySelector("[data-presence]");
const box = document.querySelector("form[data-reply] textarea");
const REPEAT = 12000;
const TYPING = 3000;
let typedAt = 0;

function say(state) {
  fetch(`/petugas/tiket/${main.dataset.ticketId}/hadir?keadaan=${state}`, { headers: { "X-Bagian": "1" }, credentials: "same-origin", keepalive: true }).catch(() => {});
}

function names(people) {
  const all = people.map((one) => one.nama);
  return all.length > 1 ? `${all.slice(0, -1).join(", ")} dan ${all.at(-1)}` : all[0];
}

export function showPresence(news) {
  if (!line) return;
  const typing = news.orang.filter((one) => one.mengetik), reading = news.orang.filter((one) => !one.mengetik);
  const parts = [];
  if (news.pengguna) parts.push("Pengguna sedang mengetik.");
  if (typing.length) parts.push(`${names(typing)} sedang menulis di tiket ini.`);
  if (reading.length) parts.push(`${names(reading)} juga membuka tiket ini.`);
  line.textContent = parts.join(" ");
}

export function startPresence() {
  if (!main) return;
  const here = () => { if (document.visibilityState === "visible") say("baca"); };
  here();
  setInterval(here, REPEAT);
  document.addEventListener("visibilitychange", () => say(document.visibilityState === "visible" ? "baca" : "pergi"));
  addEventListener("pagehide", () => say("pergi"));
  box?.addEventListener("input", () => {
    if (Date.now() - typedAt < TYPING || !box.value.trim()) return;
    typedAt = Date.now();
    say("ketik");
  });
}
