/** What the assistant makes of an order that waits for dispatch: units with reasons, warnings, and whether the place is in doubt. */
import { reactive } from "vue";
import { post } from "@/api/client";
import { streetName } from "@/shared/catalogue";
import { tellFeedback, verdictOf } from "./feedback";
import { givenBack, type Order, type OrderEvent } from "./orders";
import type { Triage } from "./triage";

export function useSuggestion() {
  const state = reactive({ triage: null as Triage | null, triageId: "", lead: "", leadBy: "nobody" as "person" | "nobody", back: { by: [] as string[], instead: "" } });

  /** Each time that the order waits for dispatch: who gave it back since is not proposed again. */
  async function begin(order: Order, events: readonly OrderEvent[]): Promise<void> {
    Object.assign(state, { back: givenBack(events), leadBy: "nobody" });
    await suggest(order);
  }
  /** `chosen` is the 街乡 that a person chose where the words fit several; units are ranked for it, or for the order's own. */
  async function suggest(order: Order, chosen = ""): Promise<void> {
    const street = chosen || (await streetName(order.street));
    const address = [street, order.place].filter(Boolean).join(" ") || null;
    const body = { text: order.content, received_at: order.received_at, transcript: [], channel: order.channel || "电话", address };
    const reply = await post("/v1/appeals", body).catch(() => null);
    if (!reply) return;
    state.triage = (reply.data.triages[0] as unknown as Triage) ?? null;
    state.triageId = reply.data.id;
    if (state.leadBy === "nobody") state.lead = state.back.instead || (state.triage?.units?.suggestions.find((unit) => !state.back.by.includes(unit.unit_id))?.unit_id ?? "");
  }
  function choose(unit: string): void {
    Object.assign(state, { lead: unit, leadBy: "person" });
  }
  /** A changed unit teaches the next suggestion. */
  function taught(orderId: string, final: string, reason: string): void {
    const proposed = state.triage?.units?.suggestions[0]?.unit_id ?? "";
    if (proposed) tellFeedback({ kind: "suggestion", subject: state.triageId, part: "unit", verdict: verdictOf(proposed, final), proposed, final, reason, order_id: orderId });
  }
  return { state, begin, suggest, choose, taught };
}
export type Suggestion = ReturnType<typeof useSuggestion>;
