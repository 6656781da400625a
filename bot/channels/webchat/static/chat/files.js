// Files: sent with progress, shown as names or small pictures, and opened with the key, never by a bare link.

import { authorization } from "./api.js";
import { element } from "./message.js";
import { newId } from "./storage.js";
import { fileTexts as texts } from "./texts.js";

const BASE = "/api/chat/files";
const MAX_BYTES = 20 * 1024 * 1024;
const PREVIEW_BYTES = 3 * 1024 * 1024;
let key = null;

// The key with which files of this conversation are opened.
export function useKey(current) {
  key = current;
}

async function load(file) {
  const response = await fetch(`${BASE}/${file.id}`, {
    headers: authorization(key),
    credentials: "omit",
    cache: "no-store",
  });
  if (!response.ok) {
    throw new Error(String(response.status));
  }
  return URL.createObjectURL(await response.blob());
}

function size(bytes) {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  return kilobytes < 1024
    ? `${kilobytes} kB`
    : `${(kilobytes / 1024).toLocaleString("id-ID", { maximumFractionDigits: 1 })} MB`;
}

export function renderFiles(parent, files) {
  const list = element("ul", "message__files");
  files.forEach((file) => list.appendChild(renderFile(file)));
  parent.insertBefore(list, parent.querySelector(".message__foot"));
}

function renderFile(file) {
  const item = element("li", "message__file");
  if (file.removed) {
    item.appendChild(element("span", "message__gone", texts.removed));
    return item;
  }
  const button = element("button", "button button--quiet message__open");
  button.type = "button";
  button.appendChild(element("span", "message__name", file.name));
  button.appendChild(element("span", "message__size", size(file.size)));
  button.addEventListener("click", () => open(file, item));
  item.appendChild(button);
  if (file.image && file.size <= PREVIEW_BYTES) {
    preview(file, button);
  }
  return item;
}

async function preview(file, button) {
  try {
    const picture = element("img", "message__picture");
    picture.alt = "";
    picture.src = await load(file);
    button.prepend(picture);
  } catch (error) {
    // The name stands there and opens it; a preview is only a courtesy.
  }
}

async function open(file, item) {
  try {
    const link = element("a");
    link.href = await load(file);
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (error) {
    item.querySelector(".message__gone")?.remove();
    item.appendChild(element("span", "message__gone", texts.unopened));
  }
}

// parts: { input, button }; handlers: begin(item), progress(id, share), stored(id), failed(id, sentence, again)
export function openFilePicker(parts, handlers) {
  parts.button.addEventListener("click", () => parts.input.click());
  parts.input.addEventListener("change", async () => {
    const chosen = Array.from(parts.input.files);
    parts.input.value = "";
    const album = chosen.length > 1 ? newId() : "";
    for (const file of chosen) {
      const item = { client_id: newId(), shown: file.name, at: new Date().toISOString(), file, album };
      handlers.begin(item);
      await send(item, handlers);
    }
  });
}

function send(item, handlers) {
  if (item.file.size > MAX_BYTES) {
    handlers.failed(item, texts.tooLarge, null);
    return Promise.resolve();
  }
  const body = new FormData();
  body.append("client_id", item.client_id);
  body.append("album", item.album);
  body.append("berkas", item.file, item.file.name);
  return new Promise((done) => {
    const again = () => send(item, handlers);
    const request = new XMLHttpRequest();
    request.open("POST", BASE);
    request.setRequestHeader("Authorization", authorization(key).Authorization);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) {
        handlers.progress(item, event.loaded / event.total);
      }
    });
    request.addEventListener("load", () => {
      if (request.status === 202) {
        handlers.stored(item);
      } else {
        const repeat = request.status === 429 || request.status >= 500;
        handlers.failed(item, sentence(request), repeat ? again : null);
      }
      done();
    });
    request.addEventListener("error", () => {
      handlers.failed(item, texts.offline, again);
      done();
    });
    request.send(body);
  });
}

function sentence(request) {
  try {
    return JSON.parse(request.responseText).detail || texts.failed;
  } catch (error) {
    return texts.failed;
  }
}
