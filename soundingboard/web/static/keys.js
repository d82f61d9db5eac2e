// Keys: each presses a button that can be seen. Off in fields, and off altogether on request.
//
// data-key="a"   on a button, link or field: `a` presses it (or puts the cursor into it)
// data-go="r"    on a link of the main navigation: `g` then `r` follows it
// data-row       on entries of a list: `j` and `k` move along them, `o` opens ([data-open]),
//                `x` selects (its checkbox), shift and `x` all from the last selected one
// data-bulk      what acts on the selected rows: its keys go first while something is selected
// data-detail    what is open beside the list. A key never acts on an item that is open while
//                another row is the current one: it opens the current one instead. Which row is
//                open says its number (data-row="12" and data-detail="12"), or its class `on`.
// The line that says what was just done goes before all of them: `u` takes that back.

const off = () => document.documentElement.dataset.shortcuts === "off";
const leaving = () => "leaving" in document.documentElement.dataset;
const isTyping = (target) =>
  target instanceof Element &&
  target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.querySelector("[data-row][aria-current=true]");
const selected = () => document.querySelector("[data-row] input[type=checkbox]:checked");

function mark(row) {
  current()?.setAttribute("aria-current", "false");
  row.setAttribute("aria-current", "true");
}

export function moveTo(row) {
  if (!row) return;
  mark(row);
  const goal = row.matches("a, button") ? row : row.querySelector("[data-open], a, button");
  (goal ?? row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  moveTo(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
}

function open(row) {
  (row.querySelector("[data-open]") ?? row).click();
}

const find = (place, key) =>
  [...(place?.querySelectorAll(`[data-key="${CSS.escape(key)}"]`) ?? [])].find(
    (one) => one.checkVisibility?.() ?? true,
  );

function isAnother(row, detail) {
  if (row.contains(detail) || detail.contains(row)) return false;
  if (row.dataset.row && detail.dataset.detail) return row.dataset.row !== detail.dataset.detail;
  return !row.matches(".on") && document.querySelector("[data-row].on") !== null;
}

function press(key) {
  const row = current();
  const detail = document.querySelector("[data-detail]");
  const other = detail && row && isAnother(row, detail);
  const bulk = selected() ? document.querySelector("[data-bulk]") : null;
  for (const place of [document.getElementById("toast"), bulk, row, detail, document]) {
    const found = find(place, key);
    if (!found) continue;
    if (other && detail.contains(found)) open(row);
    else if (found.matches("input, textarea, select")) found.focus();
    else found.click();
    return true;
  }
  return false;
}

let last = null;

function select(row, through) {
  const box = row?.querySelector("input[type=checkbox]");
  if (!box) return;
  const all = rows();
  const [from, to] = [all.indexOf(through ? last : row), all.indexOf(row)];
  const goal = through ? true : !box.checked;
  for (const one of all.slice(Math.min(from < 0 ? to : from, to), Math.max(from, to) + 1)) {
    const its = one.querySelector("input[type=checkbox]");
    if (its) its.checked = goal;
  }
  last = row;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

let going = 0;

function go(key) {
  going = 0;
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
}

function act(key) {
  if (key === "g") going = Date.now();
  else if (key === "j") step(1);
  else if (key === "k") step(-1);
  else if (key === "o" && current()) open(current());
  else if ((key === "x" || key === "X") && current()) select(current(), key === "X");
  else if (key === "?") document.getElementById("keys-help")?.showModal();
  else return press(key);
  return true;
}

export function listen() {
  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") moveTo(current()) ?? event.target.blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (event.repeat && event.key !== "j" && event.key !== "k") return; // a key held decides once
    if (leaving()) return; // something was just sent: what is seen is not what comes
    const went = going && Date.now() - going < 1500 ? go(event.key) : act(event.key);
    if (went) event.preventDefault();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (row && row !== current()) mark(row);
  });
}
