// The notice on personal data: nothing is asked for or kept before the person agrees.

import { newSession } from "./api.js";
import { texts } from "./texts.js";

// parts: { notice, button, remark }; `why` it is shown again, or empty.
// Resolves to a key once the person agreed and the service gave one.
export function agree(parts, why) {
  parts.notice.hidden = false;
  say(parts.remark, why);
  return new Promise((resolve) => {
    async function start() {
      parts.button.disabled = true;
      parts.button.textContent = texts.startBusy;
      say(parts.remark, "");
      const { status, body } = await newSession();
      parts.button.disabled = false;
      parts.button.textContent = texts.start;
      if (status === 201) {
        parts.button.removeEventListener("click", start);
        parts.notice.hidden = true;
        resolve(body.key);
        return;
      }
      say(parts.remark, (body && body.detail) || texts.startFailed);
      parts.button.focus();
    }

    parts.button.addEventListener("click", start);
  });
}

function say(place, sentence) {
  place.textContent = sentence;
  place.hidden = !sentence;
}
