// What makes the pages quicker to work with; every one of them works without it.
import { listen, moveTo } from "./keys.js";
import { drawAll } from "./charts.js";

const root = document.documentElement;
root.classList.add("js");

// A selection that acts at once, where a button would do the same.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form) form.requestSubmit();
  if (event.target.matches("[data-select-all]"))
    for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches("[data-select-all], [data-row] input[type=checkbox]")) tellSelected();
});

document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens)?.showModal();
  const away = event.target.closest("[data-dismiss]");
  if (away) away.closest("[data-told]")?.remove();
  const copies = event.target.closest("[data-copy]");
  if (copies) copy(copies);
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

// A second question before what cannot be taken back; and nothing is sent twice.
document.addEventListener("submit", (event) => {
  const words = event.submitter?.dataset.confirm;
  if (words && !window.confirm(words)) event.preventDefault();
  const form = event.target;
  const stays = form.matches("[hx-post], [hx-get], [data-plain], [method=dialog], [target]");
  if (event.defaultPrevented || stays) return;
  if ("leaving" in root.dataset) event.preventDefault();
  else {
    root.dataset.leaving = "";
    setTimeout(() => delete root.dataset.leaving, 4000);
  }
});
window.addEventListener("pageshow", () => delete root.dataset.leaving);

// How many rows are selected, said where it is heard too.
const boxes = () => document.querySelectorAll("[data-row] input[type=checkbox]");
const tellSelected = () => {
  const count = [...boxes()].filter((box) => box.checked).length;
  const told = document.querySelector("[data-selected]");
  if (told) told.textContent = count ? `${count} selected` : "";
  document.querySelector("[data-bulk]")?.classList.toggle("some", count > 0);
  const whole = document.querySelector("[data-select-all]");
  if (whole) whole.checked = count > 0 && count === boxes().length;
};

const copy = async (button) => {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copy it with your keyboard"; // it is selected; not every page may copy
  }
};

// The line at the foot goes after ten seconds, but never while somebody is on it. It is put in
// once more when the page is there, for readers of screens hear only what changes.
const watchToast = () => {
  const told = document.querySelector("[data-told]");
  if (!told || told.dataset.watched) return false;
  told.dataset.watched = "yes";
  const place = told.parentElement;
  told.remove();
  requestAnimationFrame(() => place.append(told));
  const go = () => (told.matches(":hover, :focus-within") ? setTimeout(go, 2000) : told.remove());
  setTimeout(go, 10_000);
  return true;
};

// After an action the cursor is where the work goes on: on the current row, on what comes first,
// else at the start of the content; never nowhere.
const land = (acted) => {
  if (document.activeElement && document.activeElement !== document.body) return;
  const row = document.querySelector("[data-row][aria-current=true]");
  const first = document.querySelector("[data-first]");
  if (row) moveTo(row);
  else if (first) first.focus();
  else if (acted)
    (document.querySelector("[data-detail][tabindex]") ?? document.getElementById("main")).focus();
};

const settle = () => {
  const acted = watchToast();
  tellSelected();
  drawAll();
  land(acted);
};

document.addEventListener("htmx:after:swap", settle);
listen();
settle();
