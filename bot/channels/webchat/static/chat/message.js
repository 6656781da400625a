// One message as elements. Text never becomes markup: it is put in as text.

import { texts } from "./texts.js";
import { timeOf } from "./time.js";

const LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/;

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) {
    node.className = className;
  }
  if (text !== undefined) {
    node.textContent = text;
  }
  return node;
}

// `message` is one of the service or { author: "user", text, created_at, client_id } of our own.
export function renderMessage(message, onPress) {
  const date = new Date(message.created_at);
  const node = element("article", `message message--${message.author}`);
  node.appendChild(renderAuthor(message));
  const bubble = element("div", "message__bubble");
  renderText(bubble, message.text);
  const foot = element("p", "message__foot");
  const time = element("time", "number", timeOf(date));
  time.dateTime = date.toISOString();
  foot.appendChild(time);
  foot.appendChild(element("span", "message__state"));
  bubble.appendChild(foot);
  node.appendChild(bubble);
  if (message.buttons && message.buttons.length) {
    node.appendChild(renderButtons(message, onPress));
  }
  return node;
}

function renderAuthor(message) {
  const own = message.author === "user";
  const node = element("p", own ? "visually-hidden" : "message__author");
  const name = message.author_name || texts.author[message.author];
  node.appendChild(element("span", "", name));
  if (message.author === "officer" && message.author_name) {
    node.appendChild(element("span", "tag message__tag", texts.officerTag));
  }
  return node;
}

// Paragraphs between empty lines, points after "• ", and the legal basis smaller.
export function renderText(bubble, text, before = null) {
  const parent = document.createDocumentFragment();
  let paragraph = null;
  let list = null;
  for (const line of text.split("\n")) {
    if (line.startsWith("• ")) {
      paragraph = null;
      list = list || parent.appendChild(element("ul"));
      appendLinked(list.appendChild(element("li")), line.slice(2));
      continue;
    }
    list = null;
    if (line.trim() === "") {
      paragraph = null;
    } else if (line.startsWith("Dasar: ")) {
      paragraph = null;
      appendLinked(parent.appendChild(element("p", "message__source")), line);
    } else if (paragraph) {
      paragraph.appendChild(element("br"));
      appendLinked(paragraph, line);
    } else {
      paragraph = parent.appendChild(element("p"));
      appendLinked(paragraph, line);
    }
  }
  bubble.insertBefore(parent, before);
}

function appendLinked(parent, line) {
  line.split(LINK).forEach((part, index) => {
    if (index % 2 === 0) {
      parent.appendChild(document.createTextNode(part));
      return;
    }
    const link = element("a", "", part);
    link.href = part;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    parent.appendChild(link);
  });
}

function renderButtons(message, onPress) {
  const box = element("div", "message__buttons");
  for (const row of message.buttons) {
    const line = box.appendChild(element("div", "message__row"));
    for (const { label, action } of row) {
      const button = line.appendChild(element("button", "button", label));
      button.type = "button";
      button.addEventListener("click", () => onPress(button, label, action));
    }
  }
  return box;
}

export function showState(node, state) {
  const place = node.querySelector(".message__state");
  node.dataset.state = state;
  place.textContent = texts.delivery[state] || "";
}
