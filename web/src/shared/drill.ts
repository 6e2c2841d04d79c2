/** The orders behind a number: the first click shows the list, the second one an order (conventions D2). */
import { reactive } from "vue";
import { get } from "@/api/client";
import type { components } from "@/api/schema";

export type Figure = components["schemas"]["FigureView"];
export interface Line { id: string; number: string; title: string; received_at: string; category: string; unit: string; state: string; late: boolean }
export interface Page { lines: Line[]; total: number; next: string | null }
export type Source = (cursor: string | null) => Promise<Page>;

export const drill = reactive({ title: "", total: 0, lines: [] as Line[], next: null as string | null, loading: false, problem: "", isOpen: false });
let source: Source | null = null;

const PAGE = 50;
const lineOf = (line: components["schemas"]["OrderLine"]): Line => ({
  id: line.id, number: line.number, title: line.title, received_at: line.received_at, category: line.category, unit: line.lead_name || (line.lead ?? ""), state: line.state, late: line.late === true,
});

/** The list that the service itself names beside the number. */
export function ofFigure(figure: Figure): Source {
  const said = Object.fromEntries(new URLSearchParams(figure.list.split("?")[1] ?? ""));
  return async (cursor) => {
    const page = (await get("/v1/work-orders", { query: { ...said, limit: PAGE, ...(cursor ? { cursor } : {}) } })).data;
    return { lines: page.items.map(lineOf), total: page.total, next: page.next_cursor };
  };
}
export function ofRate(asked: Record<string, string>, measure: string, total: number): Source {
  return async (cursor) => {
    const query = { ...asked, measure, limit: PAGE, ...(cursor ? { cursor } : {}) } as unknown as { from: string; to: string };
    const page = (await get("/v1/rates/orders", { query })).data;
    return { lines: page.lines.map(lineOf), total, next: page.next_cursor };
  };
}
export function ofSignal(id: string): Source {
  return async (cursor) => {
    const query = { limit: PAGE, ...(cursor ? { cursor } : {}) };
    const page = (await get("/v1/watch/{signal_id}/orders", { params: { signal_id: id }, query })).data;
    const lines = page.items.map((item) => ({
      id: item.id, number: "", title: item.title, received_at: item.received_at, category: item.category, unit: item.place, state: item.is_open ? "办理中" : "已办结", late: false,
    }));
    return { lines, total: page.total, next: page.next_cursor };
  };
}

export async function show(title: string, from: Source): Promise<void> {
  source = from;
  Object.assign(drill, { title, total: 0, lines: [], next: null, problem: "", isOpen: true });
  await more();
}
export async function more(): Promise<void> {
  const asked = source;
  if (!asked || drill.loading) return;
  drill.loading = true;
  try {
    const page = await asked(drill.next);
    if (asked === source) Object.assign(drill, { lines: [...drill.lines, ...page.lines], total: page.total, next: page.next, problem: "" });
  } catch (error) {
    if (asked === source) drill.problem = error instanceof Error ? error.message : "工单没有取到";
  } finally {
    drill.loading = false;
  }
}
export function close(): void {
  source = null;
  drill.isOpen = false;
}
