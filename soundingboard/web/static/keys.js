// Keys: each presses a button that can be seen. Off in fields, and off altogether on request.
//
// data-key="a"   on a button, link or field: `a` presses it (or puts the cursor into it)
// data-go="r"    on a link of the main navigation: `g` then `r` follows it
// data-row       on entries of a list: `j` and `k` move along them, `o` opens, `x` selects
//                (its checkbox); keys then act on what is inside the current row first

const off = () => document.documentElement.dataset.shortcuts === "off";
const isTyping = (target) =>
  target instanceof Element &&
  target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.querySelector("[data-row][aria-current=true]");

function moveTo(row) {
  if (!row) return;
  current()?.setAttribute("aria-current", "false");
  row.setAttribute("aria-current", "true");
  const goal = row.matches("a, button") ? row : row.querySelector("[data-open], a, button");
  (goal ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  moveTo(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
}

function press(key) {
  const within = [current(), document.querySelector("[data-detail]"), document];
  for (const place of within) {
    const found = [...(place?.querySelectorAll(`[data-key="${CSS.escape(key)}"]`) ?? [])].find(
      (one) => one.checkVisibility?.() ?? true,
    );
    if (!found) continue;
    if (found.matches("input, textarea, select")) found.focus();
    else found.click();
    return true;
  }
  return false;
}

function select(row, through) {
  const box = row?.querySelector("input[type=checkbox]");
  if (!box) return;
  box.checked = through ? true : !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

let going = 0;

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const key = event.key;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    if (key === "g") going = Date.now();
    else if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "o" && current()) (current().querySelector("[data-open]") ?? current()).click();
    else if (key === "x" || key === "X") select(current(), key === "X");
    else if (!press(key)) return;
    event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (row && row !== current()) {
      current()?.setAttribute("aria-current", "false");
      row.setAttribute("aria-current", "true");
    }
  });
}
