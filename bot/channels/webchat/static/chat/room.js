// One conversation: its history, what is sent and what comes. The server keeps the history; the browser
// keeps the key and what is not sent yet.

import { readMessages } from "./api.js";
import { openOutbox } from "./outbox.js";
import { openStream } from "./stream.js";
import { texts } from "./texts.js";

const HISTORY = 50;

// parts: { log, composer, working, earlier, showState }; handlers: unknownKey()
export function openRoom(key, parts, handlers) {
  const { log, composer, working, earlier } = parts;
  let stream = null;
  let closed = false;

  const outbox = openOutbox(key, {
    state: (clientId, state) => {
      log.setState(clientId, state);
      if (state === "stored" && (log.isPending(clientId) || log.last() === 0)) {
        working.show();
      }
    },
    refused: (item, sentence) => {
      log.removeOwn(item.client_id);
      composer.giveBack(item.content.text || "", sentence || texts.refused);
    },
    unknownKey: lostKey,
    changed: () => {
      outbox.items().forEach(showWaiting);
      log.settleOwn(outbox.items().map((item) => item.client_id));
    },
  });

  function showWaiting(item) {
    if (item.shown) {
      log.addOwn(item, "waiting");
    }
  }

  function say(content, shown) {
    log.addOwn(outbox.add(content, shown), outbox.isHeldUp() ? "waiting" : "sending");
  }

  // The same button pressed again while its first press is on the way is one press.
  function press(button, label, action) {
    const waiting = outbox.items().some((item) => item.content.action === action);
    if (waiting || button.dataset.pressed) {
      return;
    }
    button.dataset.pressed = "1";
    setTimeout(() => delete button.dataset.pressed, 1000);
    say({ action, label }, label);
    composer.focusUnlessTouch();
  }

  function received(message) {
    if (!log.add(message)) {
      return;
    }
    if (message.author === "user") {
      working.settle();
    } else {
      working.hide();
    }
  }

  async function loadHistory() {
    const { status, body } = await readMessages(key, { latest: HISTORY });
    if (status !== 200) {
      return status === 401 ? "unknown" : "later";
    }
    log.addEarlier(body.messages);
    log.toEnd();
    earlier.hidden = !(log.first() > 1);
    return body.last ? "known" : "new";
  }

  async function showEarlier() {
    const before = log.first();
    earlier.disabled = true;
    const { status, body } = await readMessages(key, { after: Math.max(0, before - 1 - HISTORY) });
    earlier.disabled = false;
    if (status === 200 && !closed) {
      log.addEarlier(body.messages.filter((message) => message.seq < before));
      earlier.hidden = !(log.first() > 1);
    }
  }

  function listen() {
    stream = openStream(key, {
      cursor: log.last,
      message: received,
      reset: () => {
        log.clear();
        log.say(texts.reset);
      },
      typing: working.officerTypes,
      state: parts.showState,
      unknownKey: lostKey,
    });
  }

  function lostKey() {
    const unsent = outbox.items().map((item) => item.content.text);
    if (!closed) {
      close();
      handlers.unknownKey(unsent.filter(Boolean));
    }
  }

  function close() {
    closed = true;
    outbox.close();
    if (stream) {
      stream.close();
    }
    earlier.removeEventListener("click", showEarlier);
    earlier.hidden = true;
    working.hide();
    log.clear();
  }

  // `starts` are the arguments of the start commands that a link asks for; a new conversation is greeted.
  async function enter(isNew, starts) {
    earlier.addEventListener("click", showEarlier);
    parts.showState("connecting");
    const history = isNew ? "new" : await loadHistory();
    if (closed) {
      return;
    }
    if (history === "unknown") {
      lostKey();
      return;
    }
    outbox.items().forEach(showWaiting);
    if (history === "new" && !starts.length && !outbox.items().length) {
      starts = [""];
    }
    starts.forEach((argument) => outbox.add({ command: "start", argument }, ""));
    listen();
  }

  return { close, enter, press, say };
}
