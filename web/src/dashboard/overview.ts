/** The overview as the service counts it, kept fresh: asked anew when orders change, at most every half minute. */
import { onMounted, onUnmounted, reactive, watch, type Ref } from "vue";
import { get } from "@/api/client";
import type { components } from "@/api/schema";
import { live } from "@/shared/live";

export type Overview = components["schemas"]["OverviewView"];
export type Group = components["schemas"]["GroupView"];
export type Quality = components["schemas"]["QualityView"];
export type RateRow = components["schemas"]["RateRow"];
export type Signal = components["schemas"]["SignalView"];
type Asked = { from: string; to: string };

const SPACING_MS = 30_000;

/** Reads again when `asked` or, at most every half minute, an order changes. What was read stays while a later read fails. */
export function useFresh<T>(asked: Ref<Asked>, read: () => Promise<T>) {
  const state = reactive({ data: null as T | null, problem: "", loading: true, at: 0 });
  let generation = 0;
  let waiting = 0;
  async function refresh(): Promise<void> {
    const mine = ++generation;
    window.clearTimeout(waiting);
    waiting = 0;
    state.loading = true;
    try {
      const data = await read();
      if (mine === generation) Object.assign(state, { data, problem: "", loading: false, at: Date.now() });
    } catch (error) {
      if (mine === generation) Object.assign(state, { loading: false, problem: error instanceof Error ? error.message : "数据没有取到" });
    }
  }
  let stop = (): void => undefined;
  onMounted(() => {
    void refresh();
    stop = live(() => {
      waiting ||= window.setTimeout(() => void refresh(), Math.max(1000, state.at + SPACING_MS - Date.now()));
    });
  });
  onUnmounted(() => {
    stop();
    window.clearTimeout(waiting);
  });
  watch(asked, (now, before) => {
    if (JSON.stringify(now) !== JSON.stringify(before)) void refresh();
  });
  return { state, refresh };
}

export const useOverview = (asked: Ref<Asked>) =>
  useFresh<Overview>(asked, async () => (await get("/v1/overview", { query: asked.value })).data);

/** Addresses of a table's files, for the same period and filters as the page. */
export function filesOf(table: string, asked: Record<string, string>): { name: string; href: string }[] {
  const said = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
  return ["csv", "xlsx"].map((file) => ({ name: file.toUpperCase(), href: `${table}?${new URLSearchParams({ ...said, file }).toString()}` }));
}
