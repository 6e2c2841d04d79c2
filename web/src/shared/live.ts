/**
 * Tells when work orders have changed. Events come over one stream for the whole page (`GET /v1/events`); while it is not
 * there, the page asks every ten seconds. A burst of events is one call: at most one in half a second.
 */
import { ref, watch } from "vue";
import { burst, type Burst } from "./bursts";

/** How many orders stand where, as the service counts them for the role; `null` until it has said so. */
export interface Counters { by_state: Record<string, number>; at_risk: number; late: number; web: number; follow_up?: number }
export const counters = ref<Counters | null>(null);

/** Pages stand still while a person wants them to (WCAG 2.2.2); kept on this machine. Going on asks for everything anew. */
const PAUSED = "hotline:own:paused";
export const isPaused = ref(localStorage.getItem(PAUSED) === "1");
watch(isPaused, (is) => {
  localStorage.setItem(PAUSED, is ? "1" : "");
  if (!is && listeners.size) note(null);
});

const POLL_MS = 10_000;
const AGAIN_MS = 30_000;
const GATHER_MS = 500;
/** The order that changed; `null` when it may be any. */
export type Listener = (order: string | null) => void;
const listeners = new Set<Listener>();
const changed = new Set<string | null>();
let source: EventSource | null = null;
let poll = 0;
let gather = 0;
let again = 0;

export function live(listener: Listener): () => void {
  listeners.add(listener);
  if (listeners.size === 1) start();
  return () => {
    listeners.delete(listener);
    if (!listeners.size) end();
  };
}
export const isLive = (): boolean => source?.readyState === EventSource.OPEN;

function start(): void {
  poll = window.setInterval(() => {
    if (!isLive() && !document.hidden) note(null);
  }, POLL_MS);
  connect();
}
function connect(): void {
  source = new EventSource("/v1/events");
  source.addEventListener("order", (event) => note(orderIn(event as MessageEvent<string>)));
  source.addEventListener("resync", () => note(null));
  source.addEventListener("burst", (event) => burst(JSON.parse((event as MessageEvent<string>).data) as Burst));
  source.addEventListener("counters", (event) => {
    if (!isPaused.value) counters.value = JSON.parse((event as MessageEvent<string>).data) as Counters;
  });
  // A refused stream (signed out, not offered) is closed for good by the browser: try anew now and then.
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) again = window.setTimeout(connect, AGAIN_MS);
  };
}
function orderIn(event: MessageEvent<string>): string | null {
  try {
    return (JSON.parse(event.data) as { order_id?: string }).order_id ?? null;
  } catch {
    return null;
  }
}
function note(order: string | null): void {
  if (isPaused.value) return;
  changed.add(order);
  if (!gather) gather = window.setTimeout(tell, GATHER_MS);
}
function tell(): void {
  gather = 0;
  const orders = changed.has(null) ? [null] : [...changed];
  changed.clear();
  for (const order of orders) for (const listener of listeners) listener(order);
}
function end(): void {
  for (const timer of [poll, gather, again]) window.clearTimeout(timer);
  gather = 0;
  source?.close();
  source = null;
  counters.value = null;
}
