// Receives messages as they come. A plain EventSource stops for good after one 429, 502 or HTML page, and
// cannot carry the key in a header; so the event stream is read with fetch.

import { authorization, pauseBefore, retryAfter, streamAddress } from "./api.js";

const SILENCE_MS = 40000;
const MAX_PAUSE_MS = 30000;

// handlers: cursor() -> number, message(object), reset(), typing(boolean), state(name), unknownKey()
export function openStream(key, handlers) {
  let controller = null;
  let timer = 0;
  let watchdog = 0;
  let failures = 0;
  let lastByte = 0;
  let closed = false;

  function heard() {
    lastByte = Date.now();
    clearTimeout(watchdog);
    watchdog = setTimeout(() => lost(controller, 0), SILENCE_MS);
  }

  // Each attempt has its own controller; whatever an older one still reports is of no interest.
  function lost(attempt, pause) {
    if (closed || attempt !== controller) {
      return;
    }
    clearTimeout(watchdog);
    controller = null;
    if (attempt) {
      attempt.abort();
    }
    failures += 1;
    handlers.state(navigator.onLine === false ? "offline" : "reconnecting");
    clearTimeout(timer);
    timer = setTimeout(connect, Math.max(pause, pauseBefore(failures, MAX_PAUSE_MS)));
  }

  async function connect() {
    if (closed) {
      return;
    }
    const attempt = new AbortController();
    controller = attempt;
    heard();
    try {
      const response = await fetch(streamAddress(handlers.cursor()), {
        headers: authorization(key),
        cache: "no-store",
        credentials: "omit",
        signal: attempt.signal,
      });
      if (response.status === 401) {
        close();
        handlers.unknownKey();
        return;
      }
      if (!response.ok || !/^text\/event-stream/.test(response.headers.get("Content-Type") || "")) {
        lost(attempt, retryAfter(response));
        return;
      }
      await read(response, attempt);
      lost(attempt, 0);
    } catch (error) {
      lost(attempt, 0);
    }
  }

  async function read(response, attempt) {
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const parse = eventParser(dispatch);
    for (;;) {
      const { done, value } = await reader.read();
      if (done || attempt !== controller) {
        return;
      }
      heard();
      failures = 0;
      handlers.state("connected");
      parse(decoder.decode(value, { stream: true }));
    }
  }

  function dispatch(event) {
    if (event.name === "message") {
      handlers.message(JSON.parse(event.data));
    } else if (event.name === "reset") {
      handlers.reset();
    } else if (event.name === "typing") {
      handlers.typing(event.data === "1");
    }
  }

  // The network is back, or the page is looked at again after a sleep in which nothing could be heard.
  function wake() {
    if (closed) {
      return;
    }
    if (controller === null) {
      failures = 0;
      clearTimeout(timer);
      connect();
    } else if (Date.now() - lastByte > SILENCE_MS / 2) {
      failures = 0;
      lost(controller, 0);
    }
  }

  function seen() {
    if (document.visibilityState === "visible") {
      wake();
    }
  }

  function offline() {
    lost(controller, 0);
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    clearTimeout(watchdog);
    window.removeEventListener("online", wake);
    window.removeEventListener("offline", offline);
    window.removeEventListener("pageshow", wake);
    document.removeEventListener("visibilitychange", seen);
    if (controller) {
      controller.abort();
      controller = null;
    }
  }

  window.addEventListener("online", wake);
  window.addEventListener("offline", offline);
  window.addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", seen);
  handlers.state("connecting");
  connect();
  return { close };
}

// A parser of the event-stream format: feed it text in pieces of any size.
export function eventParser(dispatch) {
  let rest = "";
  let name = "";
  let data = [];
  return (piece) => {
    rest += piece;
    // A carriage return at the very end may be the first half of one line end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (data.length) {
          dispatch({ name: name || "message", data: data.join("\n") });
        }
        name = "";
        data = [];
      } else if (line[0] !== ":") {
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "event") {
          name = value;
        } else if (field === "data") {
          data.push(value);
        }
      }
    }
  };
}
