// What makes the pages quicker to work with; every one of them works without it.
import { listen } from "./keys.js";
import { drawAll } from "./charts.js";

document.documentElement.classList.add("js");

// A selection that acts at once, where a button would do the same.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submit-on-change]");
  if (form) form.requestSubmit();
});

document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens)?.showModal();
  const away = event.target.closest("[data-dismiss]");
  if (away) away.closest("[data-told]")?.remove();
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

// A second question before what cannot be taken back.
document.addEventListener("submit", (event) => {
  const words = event.submitter?.dataset.confirm;
  if (words && !window.confirm(words)) event.preventDefault();
});

// The line at the foot goes after ten seconds, but never while somebody is on it.
const watchToast = () => {
  const told = document.querySelector("[data-told]");
  if (!told || told.dataset.watched) return;
  told.dataset.watched = "yes";
  const go = () => (told.matches(":hover, :focus-within") ? setTimeout(go, 2000) : told.remove());
  setTimeout(go, 10_000);
};

const settle = () => {
  watchToast();
  drawAll();
};

document.addEventListener("htmx:after:swap", settle);
listen();
settle();
