/**
 * Tells when work orders have changed. Events come over one stream for the whole page (`GET /v1/events`); while it is not
 * there, the page asks every ten seconds. A burst of events is one call: at most one in 400 ms.
 */
const POLL_MS = 10_000;
const GATHER_MS = 400;
const listeners = new Set<(order: string | null) => void>();
let source: EventSource | null = null;
let poll = 0;
let gather = 0;
let last: string | null = null;

export function live(listener: (order: string | null) => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) start();
  return () => {
    listeners.delete(listener);
    if (!listeners.size) end();
  };
}
function start(): void {
  poll = window.setInterval(() => {
    if (source?.readyState !== EventSource.OPEN && !document.hidden) tell(null);
  }, POLL_MS);
  source = new EventSource("/v1/events");
  source.onmessage = onEvent;
  for (const name of ["order", "work_order", "work-order", "changed", "resync"]) source.addEventListener(name, onEvent);
}
function onEvent(event: Event): void {
  const data = (event as MessageEvent<string>).data;
  try {
    const said = JSON.parse(data) as { order_id?: string };
    last = said.order_id ?? null;
  } catch {
    last = null;
  }
  if (!gather) gather = window.setTimeout(() => tell(last), GATHER_MS);
}
function tell(order: string | null): void {
  window.clearTimeout(gather);
  gather = 0;
  for (const listener of listeners) listener(order);
}
function end(): void {
  window.clearInterval(poll);
  source?.close();
  source = null;
}
