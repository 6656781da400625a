// Single keys for those who stay on the keyboard; never while something is being typed.
import { openInsert } from "./aids.js";

const dialog = document.getElementById("pintasan");

function links() {
  return [...document.querySelectorAll("a[data-ticket]")].filter((link) => link.offsetParent !== null);
}

function move(step) {
  const all = links();
  if (!all.length) return;
  const here = all.indexOf(document.activeElement);
  const start = here >= 0 ? here : all.findIndex((link) => link.hasAttribute("aria-current"));
  const next = start < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, start + step));
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function nextDue() {
  const waiting = [...document.querySelectorAll("a[data-waiting]")];
  const target = waiting.find((link) => !link.hasAttribute("aria-current")) || waiting[0];
  if (target) location.assign(target.href);
}

function focusReply() {
  const box = document.getElementById("teks");
  if (box) box.focus();
}

function openNote() {
  const details = document.querySelector("details[data-note]");
  if (!details) return;
  details.open = true;
  details.querySelector("textarea").focus();
}

function help() {
  if (dialog.open) return;
  if (dialog.showModal) dialog.showModal(); else dialog.setAttribute("open", "");
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  n: nextDue,
  g: () => document.querySelector("[data-claim]")?.click(),
  r: focusReply,
  c: openNote,
  s: openInsert,
  z: () => document.getElementById("batalkan")?.click(),
  u: () => location.assign("/petugas"),
  "?": help,
};

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

export function startShortcuts() {
  for (const button of document.querySelectorAll("[data-shortcuts]")) {
    button.hidden = false;
    button.addEventListener("click", help);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialog?.open) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
