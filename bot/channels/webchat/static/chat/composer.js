// The box in which the person writes: grows with the text, keeps the draft, refuses what cannot be sent.

import { forget, keep, recall } from "./storage.js";
import { MAX_TEXT, texts } from "./texts.js";

const COUNT_FROM = 3500;
const TYPING_MS = 4000;
const MAX_HEIGHT_PX = 168;

// parts: { form, text, count, refused }; send(text); typing() every few seconds while something is typed
export function openComposer(parts, send, typing) {
  function lengthOf(text) {
    return Array.from(text).length;
  }

  function resize() {
    if (!parts.text.offsetParent) {
      return;
    }
    parts.text.style.height = "auto";
    const border = parts.text.offsetHeight - parts.text.clientHeight;
    parts.text.style.height = `${Math.min(parts.text.scrollHeight + border, MAX_HEIGHT_PX)}px`;
  }

  function changed() {
    const length = parts.text.value.length > COUNT_FROM ? lengthOf(parts.text.value.trim()) : 0;
    parts.count.hidden = length <= COUNT_FROM;
    parts.count.textContent = texts.count(length);
    parts.count.classList.toggle("chat-form__count--over", length > MAX_TEXT);
    resize();
    if (parts.text.value) {
      keep("draft", parts.text.value);
    } else {
      forget("draft");
    }
  }

  function refuse(sentence) {
    parts.refused.textContent = sentence;
    parts.refused.hidden = false;
    parts.text.setAttribute("aria-invalid", "true");
    parts.text.focus();
  }

  function accept() {
    parts.refused.hidden = true;
    parts.text.removeAttribute("aria-invalid");
  }

  function submit() {
    const text = parts.text.value.trim();
    if (!text) {
      refuse(texts.empty);
    } else if (lengthOf(text) > MAX_TEXT) {
      refuse(texts.tooLong(lengthOf(text)));
    } else {
      accept();
      parts.text.value = "";
      changed();
      send(text);
      parts.text.focus();
    }
  }

  // What was refused comes back in front of what was typed meanwhile.
  function giveBack(text, sentence) {
    parts.text.value = [text, parts.text.value].filter(Boolean).join("\n");
    changed();
    refuse(sentence);
  }

  parts.form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  let typedAt = 0;

  function tellTyping() {
    if (parts.text.value && Date.now() - typedAt > TYPING_MS) {
      typedAt = Date.now();
      typing();
    }
  }

  parts.text.addEventListener("input", () => {
    accept();
    changed();
    tellTyping();
  });
  parts.text.addEventListener("keydown", (event) => {
    // While a word is being composed (input methods), Enter chooses the word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      submit();
    }
  });
  parts.text.value = recall("draft") || "";
  if (parts.text.value) {
    changed();
  }
  // On a phone the focus would open the keyboard over what is to be read.
  function focusUnlessTouch() {
    const typing = window.matchMedia("(hover: hover)").matches;
    if (typing) {
      parts.text.focus();
    }
    return typing;
  }

  function clear() {
    parts.text.value = "";
    accept();
    resize();
  }

  return { clear, focusUnlessTouch, giveBack, resize };
}
