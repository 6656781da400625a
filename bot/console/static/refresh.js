// Keeps the marked parts of a page fresh: the server rings by SSE, and every ten seconds it is asked anyway.
import { hearServerTime, tick } from "./countdown.js";
import { showPresence } from "./presence.js";
import { timelineChanged } from "./reply.js";

const POLL = 10000;
const SILENCE = 40000;
const main = document.querySelector("main[data-stream]");
const line = document.querySelector("[data-connection]");

let source = null;
let lastHeard = 0;
let failures = 0;
let reopening = 0;
let running = false;
let again = false;
let ended = false;

function say(words) {
  if (!line || line.textContent === words) return;
  line.textContent = words;
  line.hidden = !words;
}

function sessionEnded() {
  ended = true;
  if (source) source.close();
  if (!line) return;
  line.replaceChildren("Sesi Anda sudah berakhir. ");
  const link = document.createElement("a");
  link.href = "/petugas/masuk?lanjut=" + encodeURIComponent(location.pathname);
  link.textContent = "Masuk lagi";
  line.append(link, ". Teks yang sudah Anda ketik tetap ada di halaman ini; salin dulu bila draf belum tersimpan.");
  line.hidden = false;
}

function swap(fresh, part) {
  if (part.innerHTML === fresh.innerHTML || part.dataset.shown === fresh.innerHTML) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const scroller = part.closest(".desk__queue, .desk__person") || part;
  const top = scroller.scrollTop;
  const open = [...part.querySelectorAll("details")].map((details) => details.open);
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 60;
  const shown = fresh.innerHTML;
  part.replaceChildren(...fresh.childNodes);
  part.dataset.shown = shown;
  [...part.querySelectorAll("details")].forEach((details, i) => { details.open = Boolean(open[i]); });
  scroller.scrollTop = top;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  if (part.hasAttribute("data-timeline")) timelineChanged(part, atEnd);
}

async function fetchParts(address) {
  const response = await fetch(address, { headers: { "X-Bagian": "1" }, credentials: "same-origin" });
  if (response.status === 401) return sessionEnded();
  if (!response.ok) throw new Error(String(response.status));
  const holder = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-now]");
  if (!holder) throw new Error("no parts");
  hearServerTime(holder.dataset.now);
  for (const fresh of holder.querySelectorAll("[data-part]")) {
    const part = main.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (part) swap(fresh, part);
  }
  tick();
}

export async function refresh() {
  if (ended) return;
  if (running) { again = true; return; }
  running = true;
  try {
    for (const address of main.dataset.refresh.split(" ")) await fetchParts(address);
    if (!ended && source && source.readyState === EventSource.OPEN) say("");
  } catch {
    say("Sambungan terputus. Mencoba lagi; yang Anda ketik tetap ada di halaman ini.");
  } finally {
    running = false;
    if (again) { again = false; refresh(); }
  }
}

function open() {
  if (ended) return;
  if (source) source.close();
  lastHeard = performance.now();
  source = new EventSource("/petugas/aliran" + (main.dataset.ticketId ? `?tiket=${main.dataset.ticketId}` : ""));
  const heard = () => { lastHeard = performance.now(); failures = 0; };
  source.addEventListener("berubah", () => { heard(); refresh(); dispatchEvent(new Event("petugas:berubah")); });
  source.addEventListener("denyut", heard);
  source.addEventListener("hadir", (event) => { heard(); showPresence(JSON.parse(event.data)); });
  source.addEventListener("selesai", sessionEnded);
  source.addEventListener("error", () => {
    // After one 502, 503 or 429 a browser's EventSource never tries again by itself.
    if (source.readyState === EventSource.CLOSED) reopen();
  });
}

function reopen() {
  if (ended || reopening) return;
  failures += 1;
  const pause = Math.min(30000, 1000 * 2 ** Math.min(failures, 5)) * (0.5 + Math.random() / 2);
  reopening = setTimeout(() => { reopening = 0; open(); }, pause);
}

function wake() {
  if (document.visibilityState !== "visible" || ended) return;
  refresh();
  if (!source || source.readyState === EventSource.CLOSED || performance.now() - lastHeard > SILENCE) open();
}

export function startRefresh() {
  if (!main) return;
  open();
  setInterval(() => {
    if (document.visibilityState === "visible") refresh();
    if (performance.now() - lastHeard > SILENCE) open();
  }, POLL);
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => { if (event.persisted) wake(); });
  addEventListener("offline", () => say("Anda sedang luring. Yang Anda ketik tetap ada di halaman ini."));
}
