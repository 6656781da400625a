// The groups of the menu open and close without this; here they also close when one looks elsewhere.

export function startMenu() {
  const groups = document.querySelectorAll(".menu__group");
  const close = (except) => groups.forEach((group) => { if (group !== except) group.open = false; });
  document.addEventListener("click", (event) => close(event.target.closest(".menu__group")));
  document.addEventListener("keydown", (event) => {
    const open = document.querySelector(".menu__group[open]");
    if (event.key !== "Escape" || !open) return;
    close();
    open.querySelector("summary").focus();
  });
}
