/** Bursts of calls that the service told this page of (Article 29): supervisors hear of them, and of each once. */
import { reactive } from "vue";

export interface Burst { signal_id: string; article: string; category: string; street: string; place: string; count: number; callers: number; reason: string }
export const bursts = reactive<Burst[]>([]);

/** The newest first; what is told again takes the place of what was told. */
export function burst(told: Burst): void {
  dismiss(told.signal_id);
  bursts.unshift(told);
}
export function dismiss(signal: string): void {
  const at = bursts.findIndex((known) => known.signal_id === signal);
  if (at >= 0) bursts.splice(at, 1);
}
