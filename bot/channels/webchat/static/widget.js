// One script tag puts the chat on an office's own page:
//   <script async src="https://.../widget.js" data-kantor="100300"></script>
// A labelled button, and a panel with a frame that is made when the button is first pressed; nothing is
// loaded into the frame or stored before. Works in the page of another site: no global names, no library.
(() => {
  "use strict";

  const script = document.currentScript;
  const home = new URL(script.src);
  const label = script.dataset.label || "Tanya Klinik Ekspor";

  function chatAddress() {
    const address = new URL(".", home);
    address.searchParams.set("embed", "1");
    ["kantor", "topik"].forEach((name) => {
      if (script.dataset[name]) {
        address.searchParams.set(name, script.dataset[name]);
      }
    });
    return address.href;
  }

  function make(tag, attributes, parent) {
    const node = document.createElement(tag);
    Object.keys(attributes).forEach((name) => node.setAttribute(name, attributes[name]));
    return parent ? parent.appendChild(node) : node;
  }

  function build() {
    const host = make("div", { "data-klinik-ekspor": "" });
    const root = host.attachShadow({ mode: "open" });
    // A stylesheet of the service's own: a site's policy can allow it by address, and no style leaks.
    const style = make("link", { rel: "stylesheet", href: new URL("static/widget.css", home).href }, root);
    const panel = make("div", { class: "panel", role: "dialog", "aria-label": "Klinik Ekspor", hidden: "" }, root);
    const launcher = make("button", { class: "launcher", type: "button", "aria-expanded": "false" }, root);
    make("span", { class: "label" }, launcher).textContent = label;
    const badge = make("span", { class: "badge", hidden: "" }, launcher);
    let frame = null;

    function tell(kind) {
      if (frame && frame.contentWindow) {
        frame.contentWindow.postMessage({ klinik: kind }, home.origin);
      }
    }

    function isOpen() {
      return !panel.hidden;
    }

    function open() {
      if (!frame) {
        frame = make("iframe", { title: "Percakapan Klinik Ekspor", src: chatAddress() }, panel);
      }
      panel.hidden = false;
      launcher.setAttribute("aria-expanded", "true");
      frame.focus();
      tell("shown");
    }

    function close() {
      panel.hidden = true;
      launcher.setAttribute("aria-expanded", "false");
      tell("hidden");
      launcher.focus();
    }

    function showUnread(count) {
      badge.hidden = !count;
      badge.textContent = count ? `${count} baru` : "";
    }

    launcher.addEventListener("click", () => (isOpen() ? close() : open()));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && isOpen()) {
        close();
      }
    });
    window.addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== home.origin || !event.data) {
        return;
      }
      if (event.data.klinik === "close" && isOpen()) {
        close();
      } else if (event.data.klinik === "unread") {
        showUnread(Math.max(0, Number(event.data.count) || 0));
      } else if (event.data.klinik === "ready") {
        tell(isOpen() ? "shown" : "hidden");
      }
    });
    // Without its style the button would lie across the page for a moment.
    launcher.hidden = true;
    style.addEventListener("load", () => {
      launcher.hidden = false;
    });
    document.body.appendChild(host);
  }

  if (document.body) {
    build();
  } else {
    document.addEventListener("DOMContentLoaded", build);
  }
})();
