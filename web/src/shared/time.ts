/** Times as people in Beijing read them; stored times are UTC. */
const ZONE = "Asia/Shanghai";
const full = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export const moment = (iso: string | number | null | undefined): string => (iso ? full.format(new Date(iso)) : "—");
export const dayOf = (iso: string | number | null | undefined): string => (iso ? day.format(new Date(iso)) : "—");
export const clockOf = (at: number): string => clock.format(new Date(at));

/** What is left of `ms`, in the two largest units: 2天3时, 3时20分, 12分. */
export function span(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  if (days) return hours ? `${days}天${hours}时` : `${days}天`;
  if (hours) return rest ? `${hours}时${rest}分` : `${hours}时`;
  return `${rest}分`;
}
