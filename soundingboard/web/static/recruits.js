// A panel that opens takes the cursor; the row that is open is in sight; boxes are counted.
document.addEventListener(
  "toggle",
  (event) => {
    if (!event.target.matches?.("details.ask") || !event.target.open) return;
    event.target.querySelector("form :is(button, textarea, select, input:not([type=hidden]))")?.focus();
  },
  true,
);
document.querySelector(".recruit-rows > .on")?.scrollIntoView({ block: "nearest" });

const words = document.querySelector("[data-count]");
const count = () => {
  const chosen = document.querySelectorAll(".recruit-rows input[type=checkbox]:checked").length;
  if (chosen) words.textContent = `With the ${chosen} selected`;
};
if (words) document.addEventListener("change", count);
