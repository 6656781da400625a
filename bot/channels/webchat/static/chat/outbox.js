// What the person said and the service has not stored yet: kept in the browser, sent one at a time and in
// order, with a name of its own (client_id) so that a repetition is the same message.

import { pauseBefore, sendMessage } from "./api.js";
import { keep, newId, onChange, recall } from "./storage.js";

const MAX_PAUSE_MS = 20000;

// handlers: state(clientId, "sending"|"stored"|"waiting"), refused(item, sentence), unknownKey(), changed()
export function openOutbox(key, handlers) {
  let running = false;
  let closed = false;
  let failures = 0;
  let timer = 0;
  let wakeNow = null;

  function items() {
    return recall("queue") || [];
  }

  function remove(clientId) {
    keep("queue", items().filter((item) => item.client_id !== clientId));
  }

  // `content` is { text } or { action, label } or { command, argument }; `shown` is what the page shows for it.
  function add(content, shown) {
    const item = { client_id: newId(), content, shown, at: new Date().toISOString() };
    keep("queue", [...items(), item]);
    pump();
    return item;
  }

  async function pump() {
    if (running || closed) {
      return;
    }
    running = true;
    // Two windows that sent at once could change the order; a lock lets one of them send at a time.
    try {
      await navigator.locks.request("klinik-kirim", drain);
    } catch (error) {
      // No locks in an old browser, or in a frame that is refused all storage.
      await drain();
    }
    running = false;
    if (!closed && items().length) {
      pump();
    }
  }

  async function drain() {
    for (let item = items()[0]; item && !closed; item = items()[0]) {
      await attempt(item);
    }
  }

  async function attempt(item) {
    handlers.state(item.client_id, "sending");
    const answer = await sendMessage(key, { client_id: item.client_id, ...item.content });
    if (closed) {
      return;
    }
    if (answer.status === 202) {
      failures = 0;
      remove(item.client_id);
      handlers.state(item.client_id, "stored");
    } else if (answer.status === 401) {
      close();
      handlers.unknownKey();
    } else if ([400, 413, 422].includes(answer.status)) {
      failures = 0;
      remove(item.client_id);
      handlers.refused(item, answer.body && answer.body.detail);
    } else {
      failures += 1;
      handlers.state(item.client_id, "waiting");
      await pause(Math.max(answer.retryAfter, pauseBefore(failures, MAX_PAUSE_MS)));
    }
  }

  function pause(milliseconds) {
    return new Promise((resolve) => {
      wakeNow = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
  }

  function wake() {
    failures = 0;
    clearTimeout(timer);
    if (wakeNow) {
      wakeNow();
    }
    pump();
  }

  function seen() {
    if (document.visibilityState === "visible" && navigator.onLine !== false) {
      wake();
    }
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    if (wakeNow) {
      wakeNow();
    }
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", seen);
  }

  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", seen);
  onChange("queue", handlers.changed);
  pump();
  return { add, items, close };
}
