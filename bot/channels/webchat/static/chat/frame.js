// Inside another site's page: tell the widget how many messages wait and when to close, hear when it opens.

const framed = window.parent !== window;

export function openFrame({ closeButton, shown }) {
  let visible = true;

  function tell(message) {
    if (framed) {
      // Only a number and a wish to close; nothing that a page must not know.
      window.parent.postMessage({ klinik: message.kind, count: message.count }, "*");
    }
  }

  window.addEventListener("message", (event) => {
    if (!framed || event.source !== window.parent || !event.data) {
      return;
    }
    if (event.data.klinik === "shown" || event.data.klinik === "hidden") {
      visible = event.data.klinik === "shown";
      if (visible) {
        shown();
      }
    }
  });
  closeButton.hidden = !framed;
  closeButton.addEventListener("click", () => tell({ kind: "close" }));
  tell({ kind: "ready" });
  return {
    isVisible: () => visible,
    unread: (count) => tell({ kind: "unread", count }),
    close: () => tell({ kind: "close" }),
    framed,
  };
}
