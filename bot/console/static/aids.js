// Beside the reply box: attaching files, inserting words by search, and the seconds in which a message can be
// taken back. All of it but the search works without a script too.
import { now } from "./countdown.js";
import { refresh } from "./refresh.js";

const form = document.querySelector("form[data-reply]");
const box = form?.querySelector("textarea");
const dialog = document.querySelector("dialog[data-insert]");

function announceChange() {
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// Attachments

const attach = document.querySelector("[data-attach]");
const upload = document.getElementById("lampirkan");

function attachProblem(words) {
  const line = upload.querySelector(".attach__problem");
  line.textContent = words;
  line.hidden = !words;
}

function sendFile(file) {
  const body = new FormData();
  body.append("csrf", upload.elements.csrf.value);
  body.append("berkas", file, file.name || "tempelan.png");
  const bar = upload.querySelector("progress");
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", upload.action);
    request.setRequestHeader("X-Bagian", "1");
    request.upload.addEventListener("progress", (event) => {
      bar.hidden = false;
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      if (request.status === 200) attach.querySelector("[data-attached]").innerHTML = request.responseText;
      else attachProblem(request.getResponseHeader("Content-Type")?.startsWith("text/plain")
        ? `${file.name}: ${request.responseText}`
        : "Berkas belum terunggah. Muat ulang halaman, lalu coba lagi.");
      done();
    });
    request.addEventListener("error", () => { attachProblem("Sambungan terputus. Berkas belum terunggah; coba lagi."); done(); });
    request.addEventListener("loadend", () => { bar.hidden = true; bar.value = 0; });
    request.send(body);
  });
}

async function sendFiles(files) {
  attachProblem("");
  for (const file of files) await sendFile(file);
}

function startAttachments() {
  if (!upload) return;
  const input = upload.querySelector("input[type=file]");
  input.addEventListener("change", async () => {
    await sendFiles([...input.files]);
    input.value = "";
  });
  box?.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files || [])];
    if (files.length) { event.preventDefault(); sendFiles(files); }
  });
  attach.addEventListener("submit", async (event) => {
    if (!event.target.matches("[data-attached-remove]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const body = new URLSearchParams(new FormData(event.target));
    const response = await fetch(event.target.action, { method: "POST", body, headers: { "X-Bagian": "1" }, credentials: "same-origin" });
    if (response.ok) attach.querySelector("[data-attached]").innerHTML = await response.text();
    else attachProblem("Berkas belum terhapus. Muat ulang halaman.");
  }, true);
}

// Insertion

let items = [];
let chosen = -1;
let asked = 0;
let waiting = 0;

function choose(at) {
  const rows = [...dialog.querySelectorAll("[role=option]")];
  if (!rows.length) return;
  chosen = (at + rows.length) % rows.length;
  rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === chosen)));
  rows[chosen].scrollIntoView({ block: "nearest" });
  dialog.querySelector("input").setAttribute("aria-activedescendant", rows[chosen].id);
}

function show() {
  const list = dialog.querySelector("[role=listbox]");
  list.replaceChildren(...items.map((item, n) => {
    const row = document.createElement("li");
    row.id = `sisip-${n}`;
    row.className = "insert__item";
    row.setAttribute("role", "option");
    const title = document.createElement("strong");
    title.textContent = item.judul;
    const kind = document.createElement("span");
    kind.className = "tag";
    kind.textContent = item.jenis === "artikel" ? "Artikel" : "Balasan";
    const text = document.createElement("span");
    text.className = "insert__text muted small";
    text.textContent = item.teks;
    row.append(title, " ", kind, text);
    row.addEventListener("click", () => insert(n));
    return row;
  }));
  chosen = -1;
  choose(0);
}

async function search() {
  const turn = ++asked;
  const query = dialog.querySelector("input").value;
  const state = dialog.querySelector("[data-insert-state]");
  try {
    const response = await fetch(`${dialog.dataset.insert}?cari=${encodeURIComponent(query)}`, { headers: { "X-Bagian": "1" }, credentials: "same-origin" });
    if (turn !== asked) return;
    if (!response.ok) throw new Error(String(response.status));
    items = (await response.json()).sisipan;
    show();
    state.textContent = items.length ? "" : query.trim() ? "Tidak ada yang cocok. Coba kata yang lebih umum." : "Ketik kata untuk mencari artikel dan balasan.";
  } catch {
    state.textContent = "Pencarian belum berhasil. Coba lagi.";
  }
}

function insert(n) {
  const item = items[n];
  if (!item) return;
  const start = box.selectionStart, end = box.selectionEnd, before = box.value.slice(0, start);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  box.setRangeText(gap + item.teks, start, end, "end");
  for (const id of item.pernyataan) {
    if ([...form.querySelectorAll("input[name=pernyataan]")].some((known) => known.value === id)) continue;
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "pernyataan";
    field.value = id;
    form.prepend(field);
  }
  dialog.close();
  box.focus();
  announceChange();
}

export function openInsert() {
  if (!dialog || !box || dialog.open) return;
  dialog.showModal();
  const input = dialog.querySelector("input");
  input.value = "";
  input.focus();
  search();
}

function startInsert() {
  if (!dialog || !box) return;
  const button = document.querySelector("[data-insert-open]");
  button.hidden = false;
  button.addEventListener("click", openInsert);
  dialog.querySelector("input").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 150); });
  dialog.addEventListener("keydown", (event) => {
    if (event.target.type !== "search") return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen - 1); }
    if (event.key === "Enter") { event.preventDefault(); insert(chosen); }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); openInsert(); }
  });
}

// Taking back

function tickUndo() {
  for (const bar of document.querySelectorAll("[data-undo]")) {
    const left = Math.ceil((new Date(bar.dataset.release) - now()) / 1000);
    bar.querySelector("[data-undo-left]").textContent = left > 0 ? `dalam ${left} detik` : "sekarang";
    if (left <= 0 && !bar.dataset.asked) { bar.dataset.asked = "1"; setTimeout(refresh, 800); }
  }
}

// The colleague reads what stands in the reply box now.
function startReview() {
  const review = document.querySelector("form[data-review]");
  review?.closest("details").addEventListener("toggle", () => {
    if (box && box.value) review.querySelector("[data-review-text]").value = box.value;
  });
}

export function startAids() {
  startAttachments();
  startInsert();
  startReview();
  tickUndo();
  setInterval(tickUndo, 500);
}
