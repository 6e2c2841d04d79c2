/** A call becomes an order: opened once, then dispatched, answered, diverted or merged. Each attempt is the same until it is refused. */
import { ref } from "vue";
import { newKey } from "@/api/client";
import { Problem } from "@/api/problem";
import { tell, tellError } from "@/shared/toast";
import { tellFeedback, tellFields, verdictOf } from "./feedback";
import type { Call, Intake } from "./intake";
import { open, step, type NewOrder } from "./orders";

export type Way = "dispatch" | "answer" | "divert" | "merge";
const PATHS: Record<Way, string> = { dispatch: "dispatches", answer: "direct-answers", divert: "diversions", merge: "merges" };
const SAID: Record<Way, string> = { dispatch: "已派单", answer: "已直接答复并办结", divert: "已告知途径并办结", merge: "已受理并并入主单" };

export const orderOf = (call: Call): NewOrder => ({
  title: call.fields.title.value.slice(0, 200), content: call.fields.content.value, type: call.fields.type.value as NewOrder["type"], category: call.fields.category.value,
  street: call.fields.street.value || null, place: call.fields.place.value, channel: call.channel, urgency: (call.fields.urgency.value || "一般") as "一般",
  complex: call.complex, confidential: call.confidential, name: call.name, phone: call.phone, address: call.address,
  received_at: new Date(call.startedAt).toISOString(),
});

/** `isAsking`: a dialog shows what went wrong itself. */
export function useFiling(intake: Intake, isAsking: () => boolean, changed: () => void) {
  const call = intake.state.call;
  const busy = ref(false);
  const problem = ref("");

  /** Opening has one key per call: pressing again after an outage opens no second order. */
  async function opened(): Promise<{ id: string; etag: string }> {
    const { order, etag } = await open(orderOf(call), call.keys.open);
    Object.assign(call, { orderId: order.id, number: order.number, code: order.code ?? call.code });
    tellFields(intake.state.triageId, order.id, call.fields);
    return { id: order.id, etag };
  }
  async function work(doing: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = "";
    try {
      await doing();
      changed();
    } catch (error) {
      problem.value = error instanceof Problem ? error.message : "没有提交成功，请再试一次。";
      // A refused step may be corrected and sent anew; after an outage the same key must be used again.
      if (error instanceof Problem && !error.isOutage) call.keys[call.orderId ? "step" : "open"] = newKey();
      if (!isAsking()) tellError(error);
    } finally {
      busy.value = false;
    }
  }
  function ready(): boolean {
    const needed = (["title", "content", "type", "category"] as const).filter((name) => !call.fields[name].value.trim());
    if (needed.length) tell("请先补全标题、反映内容、诉求类型和问题分类。", "note");
    return !needed.length;
  }
  const accept = (): Promise<void> =>
    work(async () => {
      if (call.orderId || !ready()) return;
      await opened();
      tell(`已受理，工单 ${call.number} 在“待派单”中。`);
    });
  const take = (way: Way, given: Record<string, unknown>, taken: () => void): Promise<void> =>
    work(async () => {
      const place = call.orderId ? { id: call.orderId, etag: '"1"' } : await opened();
      await step(place.id, PATHS[way], given, place.etag, call.keys.step);
      if (way === "dispatch") taught(place.id, String(given.lead), String(given.reason ?? ""));
      call.outcome = SAID[way];
      taken();
      tell(`${SAID[way]}：${call.number}`);
    });
  function taught(orderId: string, lead: string, reason: string): void {
    const proposed = intake.state.triage?.units?.suggestions[0]?.unit_id ?? "";
    if (proposed) tellFeedback({ kind: "suggestion", subject: intake.state.triageId, part: "unit", verdict: verdictOf(proposed, lead), proposed, final: lead, reason, order_id: orderId });
  }
  return { busy, problem, ready, accept, take };
}
