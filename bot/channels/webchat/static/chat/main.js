// The page: the notice on personal data, then the conversation.

import { tellTyping } from "./api.js";
import { openComposer } from "./composer.js";
import { openFilePicker, useKey } from "./files.js";
import { openFrame } from "./frame.js";
import { openLog } from "./log.js";
import { openMenu } from "./menu.js";
import { agree } from "./notice.js";
import { openRoom } from "./room.js";
import { forgetAll, keep, onChange, recall } from "./storage.js";
import { fileTexts, texts } from "./texts.js";
import { keepAboveKeyboard } from "./viewport.js";
import { openWorking } from "./working.js";

const byId = (id) => document.getElementById(id);
const title = document.title;
const status = byId("keadaan");
const roomSection = byId("percakapan");
const heading = byId("judul-pemberitahuan");

let key = recall("key");
let room = null;
let starts = document.body.dataset.start.split(" ").filter(Boolean);

const frame = openFrame({
  closeButton: byId("tutup"),
  shown: () => {
    focusFirst();
    log.looked();
  },
});

const log = openLog(
  { scroll: byId("gulir"), log: byId("log"), newer: byId("ke-bawah") },
  {
    press: (button, label, action) => room.press(button, label, action),
    unread: (count) => {
      document.title = (count ? `(${count}) ` : "") + title;
      frame.unread(count);
    },
    isVisible: frame.isVisible,
  },
);

const composer = openComposer(
  { form: byId("formulir"), text: byId("pesan"), count: byId("hitungan"), refused: byId("ditolak") },
  (text) => room.say({ text }, text),
  () => tellTyping(key),
);

openFilePicker(
  { input: byId("berkas"), button: byId("tombol-berkas") },
  {
    begin: (item) => log.addOwn(item, "sending"),
    progress: (item, share) => log.setFileState(item.client_id, fileTexts.progress(share)),
    stored: (item) => log.setState(item.client_id, "stored"),
    failed: (item, sentence, again) => log.setFileState(item.client_id, sentence, again),
  },
);

const working = openWorking({ line: byId("memproses"), text: byId("memproses-teks") }, log.toEnd);

const menu = openMenu(
  {
    button: byId("tombol-menu"),
    menu: byId("menu"),
    end: byId("akhiri"),
    openEnd: byId("buka-akhiri"),
    endYes: byId("akhiri-ya"),
    endNo: byId("akhiri-tidak"),
    text: byId("pesan"),
  },
  { command: (command, label) => room.say({ command, argument: "" }, label), end },
);

function focusFirst() {
  if (roomSection.hidden) {
    heading.focus();
  } else if (!composer.focusUnlessTouch()) {
    byId("gulir").focus({ preventScroll: true });
  }
}

function showState(state) {
  if (status.dataset.state !== state) {
    status.dataset.state = state;
    status.textContent = texts.connection[state] || "";
  }
}

function open(isNew) {
  useKey(key);
  roomSection.hidden = false;
  composer.resize();
  room = openRoom(key, { log, composer, working, earlier: byId("sebelumnya"), showState }, { unknownKey });
  room.enter(isNew, starts);
  if (starts.length) {
    starts = [];
    forgetLink();
  }
  if (!frame.framed) {
    composer.focusUnlessTouch();
  }
}

// A reload must not ask for the same office or topic again.
function forgetLink() {
  const address = new URL(window.location.href);
  ["kantor", "topik", "nilai", "daftar"].forEach((name) => address.searchParams.delete(name));
  window.history.replaceState(null, "", address);
}

// `remark` says why the notice is shown again.
async function begin(remark = "") {
  const parts = { notice: byId("pemberitahuan"), button: byId("mulai"), remark: byId("catatan-mulai") };
  key = await agree(parts, remark);
  keep("key", key);
  open(true);
}

function leave(state) {
  room.close();
  room = null;
  forgetAll();
  composer.clear();
  roomSection.hidden = true;
  showState(state);
}

function end() {
  leave("ended");
  begin();
  heading.focus();
}

function unknownKey(unsent) {
  const typed = [...unsent, byId("pesan").value].filter(Boolean).join("\n");
  leave("none");
  begin(texts.unknownKey).then(() => {
    if (typed) {
      composer.giveBack(typed, texts.unsent);
    }
  });
}

// Another window ended this conversation, or began one.
onChange("key", () => {
  if (recall("key") !== key) {
    window.location.reload();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !menu.escape()) {
    frame.close();
  }
});
keepAboveKeyboard(log.looked);
document.body.classList.toggle("chat--framed", frame.framed);

if (key) {
  open(false);
} else {
  begin();
}
