// The reply box: drafts are kept on the server while typing, and the form says up to which entry the
// officer has really seen the thread, so that an answer to an older question can be refused.
const form = document.querySelector("form[data-reply]");
const box = form?.querySelector("textarea");
const timeline = document.querySelector("[data-timeline]");
const SAVE_AFTER = 1200;
const READ_AFTER = 1000;

let saved = "";
let timer = 0;
let saving = Promise.resolve();
let sending = false;
let watcher = null;
const read = new Set();

function state(words) {
  form.querySelector("[data-draft-state]").textContent = words;
}

function save() {
  clearTimeout(timer);
  const text = box.value;
  if (text === saved || sending) return saving;
  const body = new URLSearchParams(new FormData(form));
  saving = fetch(form.dataset.draft, { method: "POST", body, headers: { "X-Bagian": "1" }, keepalive: true })
    .then((response) => {
      if (!response.ok) throw new Error(String(response.status));
      saved = text;
      state(text ? "Draf tersimpan" : "");
    })
    .catch(() => state("Draf belum tersimpan, dicoba lagi"));
  return saving;
}

function saveSoon() {
  clearTimeout(timer);
  if (box.value !== saved) state("Menyimpan draf…");
  timer = setTimeout(save, SAVE_AFTER);
}

function seenField() {
  return form?.querySelector("[data-seen]");
}

// What has been seen goes up to the newest entry before the first unread words of the user.
function raiseSeen() {
  const field = seenField();
  if (!field) return;
  const seen = Number(field.value);
  const later = [...timeline.querySelectorAll("[data-n]")].filter((entry) => Number(entry.dataset.n) > seen);
  const firstUnread = later.findIndex((entry) => entry.hasAttribute("data-user") && !read.has(entry.dataset.n));
  const through = firstUnread < 0 ? later : later.slice(0, firstUnread);
  if (through.length) field.value = through[through.length - 1].dataset.n;
  if (firstUnread < 0) form.querySelector("[data-news]").hidden = true;
}

function watch() {
  const field = seenField();
  if (!watcher || !field) return;
  for (const entry of timeline.querySelectorAll("[data-user]")) {
    if (Number(entry.dataset.n) > Number(field.value)) watcher.observe(entry);
  }
}

export function timelineChanged(part, wasAtEnd) {
  const field = seenField();
  const unread = field && [...part.querySelectorAll("[data-user]")].some((entry) => Number(entry.dataset.n) > Number(field.value));
  if (unread) {
    const news = form.querySelector("[data-news]");
    news.textContent = "Pengguna menulis lagi. Baca pesan barunya di atas sebelum mengirim.";
    news.hidden = false;
  } else if (field) {
    raiseSeen();
  }
  if (wasAtEnd) part.scrollTop = part.scrollHeight;
  watch();
}

function shown(change) {
  // Words longer than the screen are never wholly in view.
  return change.intersectionRatio >= 0.6 || change.intersectionRect.height >= 0.5 * (change.rootBounds?.height ?? Infinity);
}

function startSeen() {
  watcher = new IntersectionObserver((changes) => {
    for (const change of changes) {
      if (document.visibilityState !== "visible" || !shown(change)) continue;
      const entry = change.target;
      watcher.unobserve(entry);
      // A glimpse while scrolling past is not reading.
      setTimeout(() => { read.add(entry.dataset.n); raiseSeen(); }, READ_AFTER);
    }
  }, { threshold: [0, 0.2, 0.4, 0.6, 0.8] });
  document.addEventListener("visibilitychange", () => { watcher.disconnect(); watch(); });
}

// A draft that is still on its way would be stored after the answer that it became.
function sendReply(event) {
  if (sending) { event.preventDefault(); return; }
  if (!box.value.trim()) { event.preventDefault(); box.focus(); return; }
  clearTimeout(timer);
  sending = true;
}

function submitAfterSaving(event) {
  const target = event.target;
  if (target.method !== "post" || (target === form && sending)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  const before = target === form ? saving : save();
  clearTimeout(timer);
  // A form ignores requestSubmit while its submit event is still under way, hence the timer.
  before.then(() => setTimeout(() => {
    document.removeEventListener("submit", submitAfterSaving, true);
    target.requestSubmit(submitter || undefined);
    document.addEventListener("submit", submitAfterSaving, true);
  }));
}

export function startReply() {
  if (timeline) timeline.scrollTop = timeline.scrollHeight;
  if (!form) return;
  saved = box.defaultValue;
  box.addEventListener("input", saveSoon);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=jawab]"));
    }
  });
  form.addEventListener("submit", sendReply);
  document.addEventListener("submit", submitAfterSaving, true);
  addEventListener("pagehide", save);
  addEventListener("pageshow", () => { sending = false; });
  startSeen();
  setInterval(() => { if (box.value !== saved && document.activeElement !== box) save(); }, 15000);
}
