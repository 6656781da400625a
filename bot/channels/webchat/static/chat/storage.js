// What this browser keeps: the key, what is not sent yet, and the draft. Nothing before `keep` is called.
// A frame in another site may be refused all storage; then the same lasts as long as the page.

const PREFIX = "klinik.";
const memory = new Map();

function store() {
  try {
    return window.localStorage;
  } catch (error) {
    return null;
  }
}

export function recall(name) {
  if (memory.has(name)) {
    return memory.get(name);
  }
  try {
    const text = store().getItem(PREFIX + name);
    return text === null ? null : JSON.parse(text);
  } catch (error) {
    return null;
  }
}

export function keep(name, value) {
  try {
    store().setItem(PREFIX + name, JSON.stringify(value));
    memory.delete(name);
  } catch (error) {
    memory.set(name, value);
  }
}

export function forget(name) {
  memory.delete(name);
  try {
    store().removeItem(PREFIX + name);
  } catch (error) {
    // There is nothing to forget where nothing can be kept.
  }
}

// The names that are kept and begin with `start`, in order.
export function namesFrom(start) {
  const names = new Set(memory.keys());
  try {
    Object.keys(store()).forEach((key) => key.startsWith(PREFIX) && names.add(key.slice(PREFIX.length)));
  } catch (error) {
    // Only the page's own memory, then.
  }
  return Array.from(names)
    .filter((name) => name.startsWith(start))
    .sort();
}

export function forgetAll() {
  namesFrom("").forEach(forget);
}

// Another window of the same conversation changed what begins with `start`.
export function onChange(start, callback) {
  const listener = (event) => {
    if (event.key === null || event.key.startsWith(PREFIX + start)) {
      callback();
    }
  };
  window.addEventListener("storage", listener);
  return () => window.removeEventListener("storage", listener);
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
