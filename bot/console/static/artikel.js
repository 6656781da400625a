// The form of an article: the check and the preview follow the typing, and nothing typed is lost.
const form = document.querySelector("form[data-editor]");
const side = document.querySelector("[data-check-part]");
const CHECK_AFTER = 900;
const KEEP_AFTER = 400;
const key = form ? `artikel-${form.dataset.draft}` : "";

let timer = 0;
let keeper = 0;
let round = 0;
let sending = false;

function say(words) {
  form.querySelector("[data-editor-state]").textContent = words;
}

function typed() {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrf" && name !== "revisi") fields[name] = value;
  }
  return JSON.stringify(fields);
}

async function check() {
  const mine = ++round;
  try {
    const response = await fetch(`${form.getAttribute("action")}/periksa`, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-Bagian": "1" },
      credentials: "same-origin",
    });
    if (response.status === 401) return say("Sesi Anda berakhir. Isian tersimpan di peramban ini; masuk lagi lalu buka draf ini.");
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-checked]");
    if (fresh && mine === round) side.replaceChildren(fresh);
  } catch {
    say("Pemeriksaan belum dapat dijalankan. Isian Anda tetap ada.");
  }
}

// A copy in this window outlives an ended session; it is given back only over the text that it was typed on.
function keep() {
  try {
    sessionStorage.setItem(key, JSON.stringify({ revision: form.dataset.revision, fields: typed() }));
  } catch {
    return;
  }
}

function giveBack(start) {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(key));
  } catch {
    kept = null;
  }
  if (!kept || form.hasAttribute("data-unsaved")) return false;
  if (kept.revision !== form.dataset.revision || kept.fields === start) {
    sessionStorage.removeItem(key);
    return false;
  }
  for (const [name, value] of Object.entries(JSON.parse(kept.fields))) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field) field.value = value;
  }
  say("Isian yang belum tersimpan dikembalikan.");
  return true;
}

// Goes to the field of a fault and marks the line.
function goTo(link) {
  const field = document.getElementById(link.dataset.field);
  if (!field) return false;
  field.focus();
  if (field.tagName === "TEXTAREA") {
    const lines = field.value.split("\n");
    const at = Math.min(Number(link.dataset.line), lines.length) - 1;
    const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
    field.setSelectionRange(start, start + lines[at].length);
  }
  field.scrollIntoView({ block: "center" });
  return true;
}

if (form) {
  const start = typed();
  let changed = giveBack(start) || form.hasAttribute("data-unsaved");
  if (changed) check();
  form.addEventListener("input", () => {
    changed = typed() !== start || form.hasAttribute("data-unsaved");
    say(changed ? "Ada perubahan yang belum disimpan" : "");
    clearTimeout(timer);
    clearTimeout(keeper);
    timer = setTimeout(check, CHECK_AFTER);
    keeper = setTimeout(keep, KEEP_AFTER);
  });
  form.addEventListener("submit", () => {
    sending = true;
    keep();
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !sending) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.querySelector('button[value="simpan"]').click();
    }
  });
  side.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-field]");
    if (link && goTo(link)) event.preventDefault();
  });
}
