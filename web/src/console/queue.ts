/** The queue of the role: its tabs with live counts, and the lines of the chosen one. */
import { computed, onMounted, onUnmounted, reactive, watch } from "vue";
import { get } from "@/api/client";
import { counters, isLive, live, type Counters } from "@/shared/live";
import { isUnit } from "@/session/session";
import type { OrderLine, State } from "./orders";

/** `followUp`: the queue of Article 23 instead of a state. */
/** `limited`: work under a limit, of which the next to end is wanted first. */
export interface Tab { id: string; name: string; state?: State; overdue?: boolean; followUp?: boolean; limited?: boolean }
const HOTLINE: Tab[] = [
  { id: "accepted", name: "待派单", state: "受理", limited: true }, { id: "objected", name: "退单审核", state: "退单审核", limited: true },
  { id: "fed-back", name: "待审核", state: "反馈" }, { id: "follow-up", name: "待回访", followUp: true },
  { id: "overdue", name: "超时", overdue: true, limited: true }, { id: "all", name: "全部" },
];
const UNIT: Tab[] = [
  { id: "dispatched", name: "待签收", state: "派单", limited: true }, { id: "signed", name: "待办理", state: "签收", limited: true },
  { id: "handling", name: "办理中", state: "办理", limited: true }, { id: "fed-back", name: "已反馈", state: "反馈" },
  { id: "overdue", name: "超时", overdue: true, limited: true }, { id: "all", name: "全部" },
];
const PAGE = 40;
/** Consoles do not all ask at the same moment when an order changes: each waits a random part of this. */
const SPREAD_MS = 2500;

/** An order that moved while pages were fetched stands once, where it was met first. */
export function joined(lines: readonly OrderLine[], more: readonly OrderLine[]): OrderLine[] {
  const here = new Set(lines.map((line) => line.id));
  return [...lines, ...more.filter((line) => !here.has(line.id))];
}

export function useQueue() {
  const tabs = computed(() => (isUnit.value ? UNIT : HOTLINE));
  const queue = reactive({
    tab: "", text: "", lines: [] as OrderLine[], total: 0, cursor: null as string | null, counts: {} as Record<string, number>,
    loading: true, problem: "", at: 0,
  });
  queue.tab = tabs.value[0]?.id ?? "all";
  const chosen = computed(() => tabs.value.find((tab) => tab.id === queue.tab) ?? (tabs.value[0] as Tab));
  const standing = { asked: "", etag: "" };
  let generation = 0;
  let waiting = 0;

  const filterOf = (tab: Tab) => ({ ...(tab.state ? { state: tab.state } : {}), ...(tab.overdue ? { overdue: true } : {}) });
  const sortOf = (tab: Tab) => (tab.limited ? { sort: "limit" as const } : {});
  interface Found { items: OrderLine[]; total: number; next_cursor: string | null; etag: string; isSame: boolean }
  /** `known` is the tag of the page that stands here: nothing of it is sent again while it is the same. */
  async function pageOf(tab: Tab, cursor: string | null, known = ""): Promise<Found> {
    const more = { limit: PAGE, ...(cursor ? { cursor } : {}) };
    if (!tab.followUp || queue.text) {
      const reply = await get("/v1/work-orders", { query: { ...filterOf(tab), ...sortOf(tab), text: queue.text, ...more }, ifNoneMatch: known });
      const isSame = reply.status === 304;
      return { ...(isSame ? { items: [], total: 0, next_cursor: null } : reply.data), etag: reply.etag, isSame };
    }
    const due = (await get("/v1/follow-ups", { query: more })).data;
    return { ...due, total: Object.values(due.counts).reduce((sum, count) => sum + count, 0), etag: "", isSame: false };
  }
  const totalOf = async (tab: Tab): Promise<number> =>
    tab.followUp ? (await pageOf(tab, null)).total : (await get("/v1/work-orders", { query: { ...filterOf(tab), limit: 1 } })).data.total;
  /** As many pages as stood here: what a person has scrolled to does not go away with the next change. */
  async function whole(tab: Tab, first: Found, many: number): Promise<Found> {
    let found = first;
    while (found.next_cursor && found.items.length < many) {
      const page = await pageOf(tab, found.next_cursor);
      found = { ...found, items: joined(found.items, page.items), next_cursor: page.next_cursor };
    }
    return found;
  }
  async function refresh(): Promise<void> {
    const mine = ++generation;
    window.clearTimeout(waiting);
    waiting = 0;
    try {
      const asked = `${queue.tab}\n${queue.text}`;
      const many = standing.asked === asked ? queue.lines.length : 0;
      const first = await pageOf(chosen.value, null, many ? standing.etag : "");
      const page = await whole(chosen.value, first, many);
      if (mine !== generation) return;
      if (page.isSame) {
        Object.assign(queue, { loading: false, problem: "", at: Date.now() });
        return;
      }
      Object.assign(standing, { asked, etag: page.etag });
      Object.assign(queue, { lines: page.items, total: page.total, cursor: page.next_cursor, loading: false, problem: "", at: Date.now() });
      if (!queue.text) queue.counts[chosen.value.id] = page.total;
    } catch (error) {
      if (mine === generation) Object.assign(queue, { loading: false, problem: error instanceof Error ? error.message : "队列没有取到" });
    }
  }
  async function count(): Promise<void> {
    const others = tabs.value.filter((tab) => tab.id !== "all" && (tab.id !== queue.tab || queue.text));
    await Promise.all(
      others.map(async (tab) => (queue.counts[tab.id] = await totalOf(tab))),
    ).catch(() => undefined);
  }
  async function more(): Promise<void> {
    if (!queue.cursor) return;
    const mine = generation;
    const page = await pageOf(chosen.value, queue.cursor);
    if (mine !== generation) return; // another tab or a fresh list has taken its place
    queue.cursor = page.next_cursor;
    queue.lines = joined(queue.lines, page.items);
  }
  function choose(tab: string): void {
    Object.assign(queue, { tab, loading: true, lines: [], cursor: null });
    void refresh();
  }
  /** Counts come along with the live stream; asking for each is for the time without one. */
  const countIn = (tab: Tab, said: Counters): number | undefined =>
    tab.overdue ? said.late : tab.followUp ? said.follow_up : tab.state ? (said.by_state[tab.state] ?? 0) : undefined;
  watch(counters, (said) => {
    for (const tab of said ? tabs.value : []) queue.counts[tab.id] = countIn(tab, said as Counters) ?? queue.counts[tab.id] ?? 0;
  });
  function seek(text: string): void {
    queue.text = text;
    void refresh();
  }
  let stop = (): void => undefined;
  onMounted(() => {
    void refresh();
    void count();
    stop = live(() => {
      if (!isLive()) void count();
      waiting ||= window.setTimeout(() => void refresh(), Math.random() * SPREAD_MS);
    });
  });
  onUnmounted(() => {
    stop();
    window.clearTimeout(waiting);
  });
  return { queue, tabs, chosen, choose, seek, refresh, more };
}
