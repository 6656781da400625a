// The list of messages: each shown once, in order, with days between them, and the view kept where it is read.

import { renderFiles } from "./files.js";
import { element, renderMessage, renderText, showState } from "./message.js";
import { fileTexts, texts } from "./texts.js";
import { dayKey, dayOf } from "./time.js";

const NEAR_END_PX = 96;
const GAP_PX = 12;

// parts: { scroll, log, newer }; handlers: press(button, label, action), unread(count), isVisible()
export function openLog(parts, handlers) {
  const own = new Map();
  const shown = new Set();
  let last = 0;
  let first = 0;
  let unread = 0;

  function atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = parts.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  function toEnd() {
    parts.scroll.scrollTop = parts.scroll.scrollHeight;
  }

  // So far down that the newest is seen, but never past the first line of what is new.
  function follow(node) {
    const top = node.offsetTop - parts.scroll.offsetTop - GAP_PX;
    parts.scroll.scrollTop = Math.min(parts.scroll.scrollHeight, Math.max(top, 0));
  }

  function count(change) {
    unread = change === 0 ? 0 : unread + change;
    parts.newer.textContent = texts.newer(unread);
    handlers.unread(unread);
  }

  // Right after a long answer, whose beginning is shown, the way to its end needs no button.
  function looked() {
    const { scrollHeight, scrollTop, clientHeight } = parts.scroll;
    parts.newer.hidden = atEnd() || (!unread && scrollHeight - scrollTop < 2 * clientHeight);
    if (unread && !document.hidden && handlers.isVisible() && atEnd()) {
      count(0);
    }
  }

  // A button or a menu entry is shown by its label; that the page opened is not shown at all.
  function isSilent(message) {
    return message.author === "user" && /^\/start\b/.test(message.text);
  }

  function nodeOf(message) {
    if (message.author === "user" && texts.commands[message.text]) {
      message = { ...message, text: texts.commands[message.text] };
    }
    const node = renderMessage(message, handlers.press);
    if (message.files && message.files.length) {
      renderFiles(node.querySelector(".message__bubble"), message.files);
    }
    node.dataset.day = dayKey(new Date(message.created_at));
    node.dataset.author = `${message.author}/${message.author_name || ""}`;
    return node;
  }

  // Own messages that the service has not numbered yet stay below those that it has; an answer, though,
  // stays below what it answers.
  function place(node, seq, author) {
    let next = null;
    for (let at = parts.log.lastElementChild; at; at = at.previousElementSibling) {
      if (!at.classList.contains("message")) {
        continue;
      }
      if (at.dataset.seq ? Number(at.dataset.seq) < seq : author !== "user" && at.dataset.state === "stored") {
        break;
      }
      next = at;
    }
    parts.log.insertBefore(node, next);
  }

  function numberBeside(node, step) {
    for (let at = node[step]; at; at = at[step]) {
      if (at.dataset.seq) {
        return Number(at.dataset.seq);
      }
    }
    return null;
  }

  function isInOrder(node, seq) {
    const before = numberBeside(node, "previousElementSibling");
    const after = numberBeside(node, "nextElementSibling");
    return (before === null || before < seq) && (after === null || after > seq);
  }

  // Separators and names depend on the neighbours. What is right stays as it is: a screen reader reads out
  // whatever is put in anew.
  function arrange() {
    const days = new Map();
    parts.log.querySelectorAll(".day").forEach((node) => days.set(node.dataset.day, node));
    let before = null;
    for (const node of Array.from(parts.log.querySelectorAll(".message"))) {
      const newDay = !before || before.dataset.day !== node.dataset.day;
      if (newDay) {
        placeDay(days.get(node.dataset.day), node);
        days.delete(node.dataset.day);
      }
      const follows = !newDay && before.dataset.author === node.dataset.author && !hasButtons(before);
      node.classList.toggle("message--follows", follows);
      before = node;
    }
    days.forEach((node) => node.remove());
    markNewestButtons();
  }

  function placeDay(known, node) {
    const day = known || element("p", "day", dayOf(new Date(node.querySelector("time").dateTime)));
    day.dataset.day = node.dataset.day;
    if (day.nextElementSibling !== node) {
      parts.log.insertBefore(day, node);
    }
  }

  function hasButtons(node) {
    return node.querySelector(".message__buttons") !== null;
  }

  function markNewestButtons() {
    const groups = Array.from(parts.log.querySelectorAll(".message__buttons"));
    groups.forEach((group, index) =>
      group.classList.toggle("message__buttons--past", index < groups.length - 1),
    );
  }

  // A message of the service; false when it was shown before.
  function add(message, { quiet = false } = {}) {
    if (shown.has(message.seq)) {
      return false;
    }
    shown.add(message.seq);
    last = Math.max(last, message.seq);
    first = first ? Math.min(first, message.seq) : message.seq;
    const following = atEnd();
    if (isSilent(message)) {
      return true;
    }
    const known = message.client_id ? own.get(message.client_id) : null;
    const node = known || nodeOf(message);
    own.delete(message.client_id);
    node.dataset.seq = message.seq;
    if (!known || !isInOrder(node, message.seq)) {
      place(node, message.seq, message.author);
    }
    if (message.author === "user") {
      showState(node, "stored");
    }
    if (known && message.files && message.files.length) {
      // Until now it was only a name on its way.
      known.querySelectorAll(".message__bubble > p:not(.message__foot)").forEach((line) => line.remove());
      renderText(known.querySelector(".message__bubble"), message.text, known.querySelector(".message__foot"));
      renderFiles(known.querySelector(".message__bubble"), message.files);
    }
    if (quiet) {
      return true;
    }
    arrange();
    if (following && message.author === "user") {
      toEnd();
    } else if (following) {
      follow(node);
    }
    if (message.author !== "user" && (!following || document.hidden || !handlers.isVisible())) {
      count(1);
    }
    looked();
    return true;
  }

  // What the person just said, before the service has it.
  function addOwn(item, state) {
    if (own.has(item.client_id)) {
      return;
    }
    const node = nodeOf({
      author: "user",
      text: item.shown,
      created_at: item.at,
      client_id: item.client_id,
    });
    if (item.file) {
      node.dataset.file = "1";
    }
    own.set(item.client_id, node);
    parts.log.appendChild(node);
    showState(node, state);
    arrange();
    toEnd();
  }

  // How far a file is, or why it did not get through; `again` sends it once more.
  function setFileState(clientId, sentence, again) {
    const node = own.get(clientId);
    if (!node) {
      return;
    }
    node.dataset.state = again === undefined ? "sending" : "failed";
    node.querySelector(".message__state").textContent = sentence;
    node.querySelector(".message__again")?.remove();
    if (again) {
      const button = element("button", "button message__again", fileTexts.again);
      button.type = "button";
      button.addEventListener("click", () => {
        button.remove();
        again();
      });
      node.appendChild(button);
    }
  }

  function setState(clientId, state) {
    const node = own.get(clientId);
    if (node) {
      showState(node, state);
    }
  }

  // Own messages that are not among `waiting` any more were stored, by another window perhaps.
  function settleOwn(waiting) {
    own.forEach((node, clientId) => {
      if (node.dataset.file) {
        return;
      }
      if (!waiting.includes(clientId)) {
        showState(node, "stored");
      }
    });
  }

  function removeOwn(clientId) {
    const node = own.get(clientId);
    if (node) {
      node.remove();
      own.delete(clientId);
      arrange();
    }
  }

  // Older messages above, without moving what is being read.
  function addEarlier(messages) {
    const fromEnd = parts.scroll.scrollHeight - parts.scroll.scrollTop;
    parts.log.setAttribute("aria-live", "off");
    messages.forEach((message) => add(message, { quiet: true }));
    arrange();
    parts.scroll.scrollTop = parts.scroll.scrollHeight - fromEnd;
    setTimeout(() => parts.log.setAttribute("aria-live", "polite"), 500);
  }

  function clear() {
    parts.log.textContent = "";
    own.clear();
    shown.clear();
    last = 0;
    first = 0;
    count(0);
  }

  function say(sentence) {
    parts.log.appendChild(element("p", "chat-remark", sentence));
    toEnd();
  }

  parts.scroll.addEventListener("scroll", looked, { passive: true });
  document.addEventListener("visibilitychange", looked);
  parts.newer.addEventListener("click", () => {
    toEnd();
    looked();
  });
  count(0);

  return {
    add,
    addEarlier,
    addOwn,
    clear,
    last: () => last,
    first: () => first,
    isPending: (clientId) => own.has(clientId),
    looked,
    removeOwn,
    say,
    setFileState,
    setState,
    settleOwn,
    toEnd,
  };
}
