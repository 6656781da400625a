// The service's addresses. Every answer becomes { status, body, retryAfter }; status 0 is no answer at all.

const TIMEOUT_MS = 20000;
const BASE = "/api/chat";

async function call(path, options) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(BASE + path, {
      cache: "no-store",
      credentials: "omit",
      ...options,
      signal: controller.signal,
    });
    const body = /json/.test(response.headers.get("Content-Type") || "") ? await response.json() : null;
    // A proxy's page with status 200 is no answer of the service.
    const status = response.ok && body === null ? 0 : response.status;
    return { status, body, retryAfter: retryAfter(response) };
  } catch (error) {
    return { status: 0, body: null, retryAfter: 0 };
  } finally {
    clearTimeout(timer);
  }
}

export function retryAfter(response) {
  return Math.min(120, Math.max(0, Number(response.headers.get("Retry-After")) || 0)) * 1000;
}

export function authorization(key) {
  return { Authorization: `Bearer ${key}` };
}

export function newSession() {
  return call("/sessions", { method: "POST" });
}

export function sendMessage(key, message) {
  return call("/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...authorization(key) },
    body: JSON.stringify(message),
  });
}

// Only a sign for the officer who has the ticket open; whether it arrives does not matter.
export function tellTyping(key) {
  call("/typing", { method: "POST", headers: authorization(key) });
}

export function readMessages(key, query) {
  return call(`/messages?${new URLSearchParams(query)}`, { headers: authorization(key) });
}

export function streamAddress(after) {
  return `${BASE}/stream?after=${after}`;
}

// How long to wait before attempt number `failures` (from 1): doubling, never above `most`, never in step.
export function pauseBefore(failures, most) {
  const full = Math.min(most, 700 * 2 ** Math.min(failures - 1, 10));
  return full * (0.5 + Math.random() / 2);
}
