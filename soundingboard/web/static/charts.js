// Draws the tables that ask for it. The table stays: it is the fact, the drawing a help to see it.
const drawn = new WeakMap();
const tone = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const TONES = { love: "love", positive: "love", hate: "hate", negative: "hate", torn: "torn", neutral: "undecided", undecided: "undecided", abstained: "line-strong" };

function read(figure) {
  const heads = [...figure.querySelectorAll("thead th")];
  const rows = [...figure.querySelectorAll("tbody tr")];
  const value = (cell) => (cell.dataset.value === undefined ? null : Number(cell.dataset.value));
  return {
    axis: rows.map((row) => row.querySelector("th").textContent),
    series: heads.slice(1).map((head, at) => ({
      name: head.textContent,
      tone: head.dataset.series,
      values: rows.map((row) => value(row.querySelectorAll("td")[at])),
    })),
  };
}

const palette = () => ["mark", "torn", "hate", "love", "undecided", "quiet"].map(tone);

function draw(figure) {
  const place = figure.querySelector(".chart-place");
  const kind = figure.dataset.chart;
  const { axis, series } = read(figure);
  if (!axis.length) return;
  place.hidden = false;
  place.style.height = `${figure.dataset.height}px`;
  const chart = drawn.get(figure) ?? echarts.init(place);
  drawn.set(figure, chart);
  const quiet = { color: tone("quiet"), fontFamily: "inherit", fontSize: 11 };
  chart.setOption({
    animation: false,
    aria: { enabled: true },
    color: palette(),
    grid: { left: 44, right: 12, top: 14, bottom: 26 },
    xAxis: { type: "category", data: axis, axisLabel: { ...quiet, hideOverlap: true }, axisLine: { lineStyle: { color: tone("line") } }, axisTick: { show: false } },
    yAxis: { type: "value", scale: kind === "line", axisLabel: quiet, splitNumber: 3, splitLine: { lineStyle: { color: tone("line") } } },
    series: series.map((one) => ({
      name: one.name,
      type: kind === "line" ? "line" : "bar",
      stack: kind === "stack" ? "all" : undefined,
      data: one.values,
      showSymbol: axis.length < 40,
      symbolSize: 5,
      connectNulls: false,
      lineStyle: { width: 2 },
      itemStyle: TONES[one.tone] ? { color: tone(TONES[one.tone]) } : undefined,
    })),
  });
}

export function drawAll() {
  if (!("echarts" in window)) return;
  for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
}

addEventListener("resize", () => {
  for (const figure of document.querySelectorAll("figure[data-chart]")) drawn.get(figure)?.resize();
});
new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
