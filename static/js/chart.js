// Charts in our palette, drawn on canvas; the table beside each holds the same numbers.
import * as echarts from "../vendor/echarts/echarts.esm.min.mjs";

const css = () => getComputedStyle(document.documentElement);
const colour = (name) => css().getPropertyValue(name).trim();

function palette() {
  const dark = document.documentElement.dataset.bsTheme === "dark";
  return dark ? ["#7fb0f0", "#d9a55a", "#7cc6b0", "#c29be0", "#a9b5c2"] : ["#1f4f8f", "#b06f14", "#2c7d6b", "#7a4fa3", "#6b7785"];
}

function optionFor(data) {
  const sideways = data.kind === "hbar";
  const decimals = data.decimals ?? 1;
  const write = (value) => value == null ? data.texts.unknown
    : Number(value).toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const ink = colour("--dm-ink");
  const soft = colour("--dm-ink-2");
  const categories = {
    type: "category",
    data: data.categories,
    inverse: sideways,
    axisLabel: { color: soft, interval: sideways ? 0 : "auto", hideOverlap: !sideways },
    axisLine: { lineStyle: { color: colour("--dm-line-2") } },
    axisTick: { show: false },
  };
  const values = {
    type: "value",
    axisLabel: { color: soft },
    splitLine: { lineStyle: { color: colour("--dm-line") } },
    max: data.max,
  };
  const labelled = data.categories.length * data.series.length <= 40;
  return {
    color: palette(),
    animation: false,
    textStyle: { fontFamily: colour("--dm-font") || css().fontFamily, color: ink },
    grid: { left: 8, right: sideways ? 56 : 16, top: data.series.length > 1 ? 36 : 16, bottom: 8, outerBoundsMode: "same" },
    legend: data.series.length > 1 ? { top: 0, left: 0, textStyle: { color: ink }, icon: "rect", itemWidth: 12, itemHeight: 12 } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: write, confine: true },
    xAxis: sideways ? values : categories,
    yAxis: sideways ? categories : values,
    series: data.series.map((series) => ({
      name: series.name,
      type: data.kind === "line" ? "line" : "bar",
      data: series.values,
      barMaxWidth: 26,
      symbolSize: 6,
      label: {
        show: labelled,
        position: sideways ? "right" : "top",
        color: ink,
        fontSize: 11,
        formatter: ({ value }) => (value == null ? "" : write(value)),
      },
      labelLayout: { hideOverlap: true },
    })),
  };
}

function save(name, url) {
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
}

function csvOf(data) {
  const cell = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));
  const unit = data.unit ? ` (${data.unit})` : "";
  const head = [data.category_label ?? "", ...data.series.map((series) => series.name + unit)];
  const rows = data.categories.map((category, n) => [category, ...data.series.map((series) => series.values[n])]);
  return [head, ...rows].map((row) => row.map(cell).join(",")).join("\r\n");
}

function start(figure) {
  const data = JSON.parse(figure.dataset.config);
  const holder = figure.querySelector("[data-chart-canvas]");
  if (data.kind === "hbar" && data.categories.length > 10) holder.classList.add("chart-tall");
  const chart = echarts.init(holder, null, { renderer: "canvas" });
  const draw = () => chart.setOption(optionFor(data), true);
  draw();
  figure.dataset.ready = "true";
  new ResizeObserver(() => chart.resize()).observe(holder);
  document.addEventListener("theme:change", draw);
  const tools = figure.querySelector("[data-chart-tools]");
  const button = (text, act) => {
    const element = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: text });
    element.addEventListener("click", act);
    tools.append(element);
  };
  button(data.texts.png, () => save(`${data.title}.png`, chart.getDataURL({ pixelRatio: 2, backgroundColor: colour("--dm-paper") })));
  button(data.texts.csv, () => {
    const url = URL.createObjectURL(new Blob(["\ufeff" + csvOf(data)], { type: "text/csv" }));
    save(`${data.title}.csv`, url);
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
}

for (const figure of document.querySelectorAll("[data-chart]")) start(figure);
