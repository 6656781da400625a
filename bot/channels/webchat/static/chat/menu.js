// The menu beside the box: always in reach, closed by Escape, by a choice or by a click elsewhere.

// parts: { button, menu, end, openEnd, endYes, endNo, text }; handlers: command(name, label), end()
export function openMenu(parts, handlers) {
  function show(open) {
    parts.menu.hidden = !open;
    parts.button.setAttribute("aria-expanded", String(open));
  }

  function isOpen() {
    return !parts.menu.hidden;
  }

  function showEnd(open) {
    parts.end.hidden = !open;
    if (open) {
      parts.endNo.focus();
    } else {
      parts.button.focus();
    }
  }

  // True when Escape closed something here.
  function escape() {
    if (!parts.end.hidden) {
      showEnd(false);
      return true;
    }
    if (isOpen()) {
      show(false);
      parts.button.focus();
      return true;
    }
    return false;
  }

  parts.button.addEventListener("click", () => {
    show(!isOpen());
    if (isOpen()) {
      parts.menu.querySelector("button").focus();
    }
  });
  parts.menu.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-command]");
    if (choice) {
      show(false);
      parts.text.focus();
      handlers.command(choice.dataset.command, choice.textContent);
    }
  });
  parts.menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const choices = Array.from(parts.menu.querySelectorAll("button"));
      const at = choices.indexOf(document.activeElement) + step;
      choices[(at + choices.length) % choices.length].focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (isOpen() && !parts.menu.contains(event.target) && !parts.button.contains(event.target)) {
      show(false);
    }
  });
  parts.openEnd.addEventListener("click", () => {
    show(false);
    showEnd(true);
  });
  parts.endNo.addEventListener("click", () => showEnd(false));
  parts.endYes.addEventListener("click", () => {
    parts.end.hidden = true;
    handlers.end();
  });
  return { escape };
}
