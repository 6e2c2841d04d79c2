/** From where on a number asks for attention (conventions D9): each person sets their own, kept on this machine. */
import { reactive, watch } from "vue";
import type { Figure } from "@/shared/drill";
import type { Overview } from "./overview";

export interface Limits { late: number; at_risk: number; surge: number; adoption: number; connected: number }
export const LIMIT_NAMES: Record<keyof Limits, { name: string; hint: string; step: number }> = {
  late: { name: "已超时工单达到（件）", hint: "0 为不提醒", step: 1 },
  at_risk: { name: "两小时内到期达到（件）", hint: "0 为不提醒", step: 1 },
  surge: { name: "今日受理达到往常的（倍）", hint: "与此前四周同一时刻相比，至少10件；0 为不提醒", step: 0.1 },
  connected: { name: "接通率低于（%）", hint: "话务平台已接入时；0 为不提醒", step: 1 },
  adoption: { name: "智能建议采用率低于（%）", hint: "至少20条反馈；0 为不提醒", step: 1 },
};
const FIRST: Limits = { late: 1, at_risk: 10, surge: 1.5, adoption: 50, connected: 95 };
const KEY = "hotline:own:alerts";
const ENOUGH = { calls: 10, decisions: 20 };

function stored(): Limits {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Limits>;
    const sound = Object.entries(kept).filter(([name, value]) => name in FIRST && typeof value === "number" && value >= 0);
    return { ...FIRST, ...Object.fromEntries(sound) };
  } catch {
    return { ...FIRST };
  }
}
export const limits = reactive<Limits>(stored());
watch(limits, (now) => localStorage.setItem(KEY, JSON.stringify(now)));

export interface Alert { text: string; figure?: Figure; name: string; isBad: boolean }

/** What is to be said about `seen` at `now`. */
export function alertsOf(seen: Overview, set: Limits, now: number): Alert[] {
  const found: Alert[] = [];
  const { late, at_risk: risk, today } = seen.figures as Record<string, Figure>;
  if (set.late && late && late.count >= set.late) found.push({ name: "已超时", text: `${late.count} 件工单已超过办理时限`, figure: late, isBad: true });
  if (set.at_risk && risk && risk.count >= set.at_risk) found.push({ name: "即将超时", text: `${risk.count} 件工单将在两小时内到期`, figure: risk, isBad: false });
  const usual = usualSoFar(seen, now);
  if (set.surge && today && usual > 0 && today.count >= ENOUGH.calls && today.count >= usual * set.surge)
    found.push({ name: "今日受理", text: `今日受理 ${today.count} 件，是往常同一时刻（${usual.toFixed(0)} 件）的 ${(today.count / usual).toFixed(1)} 倍`, figure: today, isBad: false });
  const connected = seen.calls?.connected ?? null;
  if (set.connected && connected !== null && connected * 100 < set.connected)
    found.push({ name: "接通率", text: `所选时段接通率 ${(connected * 100).toFixed(1)}%，低于 ${set.connected}%`, isBad: false });
  const { adoption, accepted, edited, rejected } = seen.quality.total;
  if (set.adoption && adoption !== null && accepted + edited + rejected >= ENOUGH.decisions && adoption * 100 < set.adoption)
    found.push({ name: "采用率", text: `智能建议采用率 ${(adoption * 100).toFixed(0)}%，低于 ${set.adoption}%`, isBad: false });
  return found;
}

/** What is usual by this moment of the day; of the running hour, the part that has passed. */
export function usualSoFar(seen: Overview, now: number): number {
  return seen.hours.reduce((sum, hour) => sum + (hour.usual ?? 0) * Math.min(1, Math.max(0, (now - Date.parse(hour.begin)) / 3_600_000)), 0);
}
