// Sets the colours before anything is painted: the reader's choice, else as their machine has it.
(() => {
  const chosen = document.documentElement.dataset.theme;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const theme = chosen === "auto" || !chosen ? (dark.matches ? "dark" : "light") : chosen;
    document.documentElement.dataset.bsTheme = theme;
  };
  paint();
  dark.addEventListener("change", paint);
})();
