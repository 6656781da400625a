// The phone's keyboard covers a part of the page; the conversation keeps to the part that is seen.

export function keepAboveKeyboard(changed) {
  const view = window.visualViewport;
  if (!view) {
    return;
  }
  function fit() {
    // Only a real difference is the keyboard; a zoomed page must stay as it is.
    const covered = view.scale === 1 && window.innerHeight - view.height > 60;
    document.body.style.height = covered ? `${view.height}px` : "";
    document.body.style.top = covered ? `${view.offsetTop}px` : "";
    changed();
  }
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
}
