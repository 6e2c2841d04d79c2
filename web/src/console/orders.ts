/** Work orders as the console reads and changes them. Each step carries the version the person looked at. */
import { get, post, type Reply } from "@/api/client";
import type { components } from "@/api/schema";

export type Order = components["schemas"]["OrderView"];
export type OrderLine = components["schemas"]["OrderLine"];
export type OrderEvent = components["schemas"]["EventView"];
export type NewOrder = components["schemas"]["NewOrder"];
export type State = Order["state"];

export interface Looked { order: Order; etag: string }
const looked = (reply: Reply<unknown>): Looked => ({ order: reply.data as Order, etag: reply.etag });

export const lookAt = async (id: string): Promise<Looked> => looked(await get("/v1/work-orders/{order_id}", { params: { order_id: id } }));
export const open = async (body: NewOrder, key: string): Promise<Looked> => looked(await post("/v1/work-orders", body, { idempotencyKey: key }));
/** Units whose objection to this very order was upheld, and the unit that the last of them named instead. */
export function givenBack(events: readonly OrderEvent[]): { by: string[]; instead: string } {
  const by: string[] = [];
  let [objector, named, instead] = ["", "", ""];
  for (const event of events) {
    const change = event.change as Record<string, unknown>;
    if (event.kind === "DispatchObjection") [objector, named] = [event.unit ?? "", String(change.proposed_unit ?? "")];
    if (event.kind === "ObjectionReview" && change.upheld === true && objector) {
      by.push(objector);
      instead = named;
    }
  }
  return { by, instead: by.includes(instead) ? "" : instead };
}
export const historyOf = async (id: string): Promise<OrderEvent[]> => (await get("/v1/work-orders/{order_id}/events", { params: { order_id: id } })).data.items;

/** One step on an order: `path` is its sub-resource. Throws `Problem` 412 when somebody else was faster. */
export async function step(id: string, path: string, body: Record<string, unknown>, etag: string, key: string): Promise<Looked> {
  // Paths of steps are data here (steps.ts); the service checks each body against its own description.
  const send = post as unknown as (path: string, body: unknown, options: object) => Promise<Reply<unknown>>;
  return looked(await send(`/v1/work-orders/{order_id}/${path}`, body, { params: { order_id: id }, ifMatch: etag, idempotencyKey: key }));
}

/** The clock that runs now, and how near its end is: late, within a fifth of its span, or calm. */
export type Risk = "late" | "soon" | "calm" | "none";
export function riskOf(due: string | null, start: string | null, now: number): Risk {
  if (!due) return "none";
  const left = Date.parse(due) - now;
  if (left < 0) return "late";
  const whole = start ? Date.parse(due) - Date.parse(start) : 0;
  return left < Math.max(whole / 5, 30 * 60_000) ? "soon" : "calm";
}
/** One clock runs at a time: of the dispatch first, then of the feedback, under review of an objection too. */
export const dueOf = (line: OrderLine): string | null =>
  line.feedback_due ?? line.dispatch_due;
