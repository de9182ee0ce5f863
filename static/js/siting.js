// Charts of siting: the search as it goes on, and scenarios against each other.
import * as echarts from "../vendor/echarts/echarts.esm.min.mjs";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const read = (id) => JSON.parse(document.getElementById(id).textContent);

function axes(options = {}) {
  return {
    type: "value",
    axisLabel: { color: colour("--dm-ink-2") },
    nameTextStyle: { color: colour("--dm-ink-2") },
    splitLine: { lineStyle: { color: colour("--dm-line") } },
    ...options,
  };
}

function drawn(figure, option) {
  const holder = figure.querySelector("[data-chart-canvas]");
  const chart = echarts.init(holder, null, { renderer: "canvas" });
  const draw = () => chart.setOption(option(), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(holder);
  document.addEventListener("theme:change", draw);
  figure.dataset.ready = "true";
  return draw;
}

function startSearch(figure) {
  let data = read("siting-chart");
  const told = document.querySelector("[data-siting-told]");
  const state = document.querySelector("[data-siting-state]");
  const names = [...figure.querySelectorAll("th[data-name]")].map((cell) => cell.textContent);
  const line = (n, type) => ({
    name: names[n],
    type: "line",
    step: "end",
    symbol: data.history.length < 3 ? "circle" : "none",
    lineStyle: { type },
    data: data.history.map((row) => [row[0], row[n + 1]]),
  });
  const draw = drawn(figure, () => ({
    animation: false,
    color: [colour("--dm-due"), colour("--dm-check")],
    legend: { top: 0, left: 0, textStyle: { color: colour("--dm-ink") } },
    grid: { left: 8, right: 16, top: 36, bottom: 8, outerBoundsMode: "same" },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    xAxis: axes({ axisLabel: { color: colour("--dm-ink-2"), formatter: "{value} s" } }),
    yAxis: axes({ scale: true }),
    series: [line(0, "solid"), line(1, "dashed")],
  }));

  async function poll() {
    const answer = await fetch(figure.dataset.live, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      data = await answer.json();
      if (data.over) return location.reload();
      if (told) told.textContent = data.told;
      if (state) state.innerHTML = data.chip;
      draw();
    }
    setTimeout(poll, 1000);
  }
  if (figure.dataset.live) setTimeout(poll, 700);
}

function startPareto(figure) {
  const data = read("siting-pareto");
  // No point lies on an axis.
  const room = { boundaryGap: ["10%", "10%"] };
  const points = (best) => data.points.filter((point) => point.best === best).map((point) => ({
    value: [point.x, point.y],
    name: point.name,
    worst: point.worst,
  }));
  const series = (best, fill) => ({
    type: "scatter",
    symbolSize: 14,
    data: points(best),
    itemStyle: { color: fill, borderColor: colour("--dm-due"), borderWidth: 2 },
    label: { show: true, position: "right", color: colour("--dm-ink"), formatter: ({ name }) => name },
    labelLayout: { hideOverlap: true },
  });
  drawn(figure, () => ({
    animation: false,
    grid: { left: 16, right: 120, top: 36, bottom: 30, outerBoundsMode: "same" },
    tooltip: {
      renderMode: "richText",
      confine: true,
      formatter: ({ data: point }) => `${point.name}\n${data.x}: ${point.value[0]}\n${data.y}: ${point.value[1]}\n${data.worst}: ${point.worst}`,
    },
    xAxis: axes({ name: data.x, nameLocation: "middle", nameGap: 26, minInterval: 1, scale: true, ...room }),
    yAxis: axes({ name: data.y, scale: true, ...room }),
    series: [series(true, colour("--dm-due")), series(false, colour("--dm-paper"))],
  }));
}

for (const figure of document.querySelectorAll("[data-siting-chart]")) startSearch(figure);
for (const figure of document.querySelectorAll("[data-siting-pareto]")) startPareto(figure);
