/** The period and the filters of the page. They live in the address, so that a view can be sent to somebody (conventions D7). */
import { computed } from "vue";
import { useRoute, useRouter, type LocationQuery } from "vue-router";

export const PERIODS = { today: "今天", "7d": "近7天", "30d": "近30天", month: "本月", custom: "自选" } as const;
export type PeriodName = keyof typeof PERIODS;
export const NAMES = ["unit", "street", "category", "channel"] as const;
export type FilterName = (typeof NAMES)[number];
export const LABELS: Record<FilterName, string> = { unit: "主办单位", street: "街乡", category: "问题分类", channel: "渠道" };
export interface Filters { period: PeriodName; from: string; to: string; unit: string; street: string; category: string; channel: string }

const DAY = 86_400_000;
const iso = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", year: "numeric", month: "2-digit", day: "2-digit" });
export const dayIn = (at: number): string => iso.format(at);

/** First and last day of a period, both included, in Beijing. */
export function daysOf(period: PeriodName, now: number): { from: string; to: string } {
  const to = dayIn(now);
  if (period === "today") return { from: to, to };
  if (period === "month") return { from: `${to.slice(0, 8)}01`, to };
  return { from: dayIn(now - (period === "7d" ? 6 : 29) * DAY), to };
}
const word = (query: LocationQuery, name: string): string => (typeof query[name] === "string" ? query[name] : "");
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function filtersIn(query: LocationQuery, now: number): Filters {
  const named = word(query, "period") as PeriodName;
  const [from, to] = [word(query, "from"), word(query, "to")];
  const isCustom = named === "custom" && DATE.test(from) && DATE.test(to) && from <= to;
  const period = isCustom || (named in PERIODS && named !== "custom") ? named : "30d";
  const days = isCustom ? { from, to } : daysOf(period, now);
  return { period, ...days, unit: word(query, "unit"), street: word(query, "street"), category: word(query, "category"), channel: word(query, "channel") };
}

/** What stands in the address: nothing that is as it would be anyway. */
export function queryOf(filters: Filters): Record<string, string> {
  const days = filters.period === "custom" ? { from: filters.from, to: filters.to } : {};
  const said = { ...(filters.period === "30d" ? {} : { period: filters.period }), ...days };
  return Object.assign(said, Object.fromEntries(NAMES.filter((name) => filters[name]).map((name) => [name, filters[name]])));
}

export function useFilters() {
  const route = useRoute();
  const router = useRouter();
  const filters = computed(() => filtersIn(route.query, Date.now()));
  const asked = computed(() => {
    const { from, to, unit, street, category, channel } = filters.value;
    return { from, to, unit, street, category, channel };
  });
  const isNarrowed = computed(() => NAMES.some((name) => filters.value[name]));
  async function change(some: Partial<Filters>): Promise<void> {
    await router.replace({ query: { ...kept(), ...queryOf({ ...filters.value, ...some }) } });
  }
  const kept = (): Record<string, string> => (typeof route.query.by === "string" ? { by: route.query.by } : {});
  const clear = (): Promise<void> => change({ unit: "", street: "", category: "", channel: "" });
  return { filters, asked, isNarrowed, change, clear };
}
