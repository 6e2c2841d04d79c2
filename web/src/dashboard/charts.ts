/** ECharts, only the parts in use, in a chunk of its own: nothing of it loads before the figures stand. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

export interface Series { name: string; values: (number | null)[]; kind: "bar" | "line" }
export interface Spec { labels: string[]; series: Series[]; sideways?: boolean }
export interface Drawn { update: (spec: Spec) => void; end: () => void }

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const MANY = 14;

/** Draws into `box` in the colours of the page; `onPick` gets the place of what was clicked. */
export function draw(box: HTMLElement, first: Spec, onPick: (place: number) => void): Drawn {
  const chart = init(box);
  let spec = first;
  const paint = (): void => chart.setOption(optionOf(spec), true);
  const sized = new ResizeObserver(() => chart.resize());
  const themed = new MutationObserver(paint);
  sized.observe(box);
  themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    // The chart keeps a tip open while the pointer is on it: the pointer counts as gone.
    box.querySelector(".chart-tip")?.dispatchEvent(new MouseEvent("mouseleave"));
    chart.dispatchAction({ type: "hideTip" });
  };
  document.addEventListener("keydown", onKey);
  chart.on("click", (event) => onPick(event.dataIndex));
  paint();
  return {
    update(next) {
      spec = next;
      paint();
    },
    end() {
      sized.disconnect();
      themed.disconnect();
      document.removeEventListener("keydown", onKey);
      chart.dispose();
    },
  };
}

function optionOf(spec: Spec): Parameters<ReturnType<typeof init>["setOption"]>[0] {
  const [ink, soft, line] = [token("--ink"), token("--soft"), token("--line")];
  const text = { color: soft, fontFamily: token("--font"), fontSize: 12 };
  const names = { type: "category" as const, data: spec.labels, inverse: spec.sideways === true, axisLabel: { ...text, hideOverlap: true, ...(spec.sideways ? { interval: 0 } : {}) }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } };
  const counts = { type: "value" as const, minInterval: 1, splitNumber: 4, axisLabel: text, splitLine: { lineStyle: { color: line } } };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    grid: { left: 8, right: 16, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    // The pointer may rest on it, and Esc puts it away (WCAG 1.4.13). Built of nodes: the policy allows no style in markup.
    tooltip: {
      trigger: "axis", className: "chart-tip", enterable: true, confine: true, transitionDuration: 0, backgroundColor: token("--card"), borderColor: line,
      textStyle: { color: ink, fontFamily: token("--font"), fontSize: 13 }, formatter: (shown: unknown) => tip(shown as Shown | Shown[]),
    },
    xAxis: spec.sideways ? counts : names,
    yAxis: spec.sideways ? names : counts,
    series: spec.series.map((series, place) => seriesOf(series, place, spec.labels.length)),
  };
}

interface Shown { name: string; seriesName?: string; value: unknown }
function tip(shown: Shown | Shown[]): HTMLElement[] {
  const all = Array.isArray(shown) ? shown : [shown];
  return [all[0]?.name ?? "", ...all.map(({ seriesName, value }) => `${seriesName} ${value ?? "—"}`)].map((text) => Object.assign(document.createElement("div"), { textContent: text }));
}

function seriesOf(series: Series, place: number, length: number) {
  const color = place ? token("--warn") : token("--accent");
  const same = { name: series.name, data: series.values, itemStyle: { color, borderRadius: 2 } };
  if (series.kind === "bar") return { ...same, type: "bar" as const, barMaxWidth: 26, barCategoryGap: length > MANY ? "25%" : "40%" };
  return { ...same, type: "line" as const, smooth: 0.3, smoothMonotone: "x" as const, showSymbol: length <= MANY, lineStyle: { color, width: 2, type: place ? ("dashed" as const) : ("solid" as const) } };
}
