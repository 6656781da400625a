// What the person said and the service has not stored yet: kept in the browser, sent one at a time and in
// order, with a name of its own (client_id) so that a repetition is the same message.

import { pauseBefore, sendMessage } from "./api.js";
import { forget, keep, namesFrom, newId, onChange, recall } from "./storage.js";

const MAX_PAUSE_MS = 20000;
const QUEUE = "queue.";

// handlers: state(clientId, "sending"|"stored"|"waiting"), refused(item, sentence), unknownKey(), changed()
export function openOutbox(key, handlers) {
  let running = false;
  let closed = false;
  let failures = 0;
  let lastTime = 0;
  let timer = 0;
  let wakeNow = null;

  // Each message has an entry of its own, named so that the names sort by time: two windows that shared
  // one list would overwrite each other's.
  function items() {
    return namesFrom(QUEUE)
      .map((name) => ({ name, ...recall(name) }))
      .filter((item) => item.content);
  }

  // `content` is { text } or { action, label } or { command, argument }; `shown` is what the page shows.
  function add(content, shown) {
    lastTime = Math.max(lastTime + 1, Date.now());
    const item = { client_id: newId(), content, shown, at: new Date(lastTime).toISOString() };
    keep(`${QUEUE}${item.at}.${item.client_id}`, item);
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
      forget(item.name);
      handlers.state(item.client_id, "stored");
    } else if (answer.status === 401) {
      close();
      handlers.unknownKey();
    } else if ([400, 413, 422].includes(answer.status)) {
      failures = 0;
      forget(item.name);
      handlers.refused(item, answer.body && answer.body.detail);
    } else {
      failures += 1;
      // What stands behind it waits as well.
      items().forEach((other) => handlers.state(other.client_id, "waiting"));
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
    stopWatching();
    clearTimeout(timer);
    if (wakeNow) {
      wakeNow();
    }
    window.removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", seen);
  }

  window.addEventListener("online", wake);
  document.addEventListener("visibilitychange", seen);
  const stopWatching = onChange(QUEUE, handlers.changed);
  pump();
  return { add, close, isHeldUp: () => failures > 0, items };
}
