// Says that the service is at work between what was sent and what comes back.

import { texts } from "./texts.js";

const LONG_MS = 10000;
const END_MS = 25000;
const SETTLED_MS = 1500;

// parts: { line, text }; shown() is called when the line appears
export function openWorking(parts, shown) {
  let timers = [];

  function hide() {
    timers.forEach(clearTimeout);
    timers = [];
    parts.line.hidden = true;
  }

  function show() {
    hide();
    parts.text.textContent = texts.working;
    parts.line.hidden = false;
    shown();
    timers = [
      setTimeout(() => {
        parts.text.textContent = texts.workingLong;
      }, LONG_MS),
      setTimeout(hide, END_MS),
    ];
  }

  function officerTypes(typing) {
    if (typing) {
      hide();
      parts.text.textContent = texts.officerTypes;
      parts.line.hidden = false;
      shown();
    } else if (parts.text.textContent === texts.officerTypes) {
      hide();
    }
  }

  // The turn is done and nobody answers at once: an officer holds the conversation.
  function settle() {
    timers.push(setTimeout(hide, SETTLED_MS));
  }

  return { hide, officerTypes, settle, show };
}
