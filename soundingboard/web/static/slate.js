// Dragging somebody onto the seats or off them presses the button that stands beside them.
let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("[data-author]");
  event.dataTransfer?.setData("text/plain", "");
});

for (const zone of document.querySelectorAll("[data-drop]")) {
  zone.addEventListener("dragover", (event) => {
    const moves = dragged && (dragged.dataset.seated === "yes") === (zone.dataset.drop === "bar");
    if (moves) event.preventDefault();
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    const button = dragged?.querySelector(`input[value="${zone.dataset.drop}"]`)?.form;
    button?.requestSubmit();
  });
}
