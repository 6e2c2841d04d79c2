/**
 * What people made of the assistant's words: taken, changed, turned down, thumbs. It feeds learning and the figures of
 * adoption. It never holds up the work: a line that is lost is no harm.
 */
import { newKey, post } from "@/api/client";
import type { components } from "@/api/schema";
import { FIELDS, type OrderFields } from "./orderForm";

type Body = components["schemas"]["FeedbackIn"];
type Verdict = Body["verdict"];

export function tellFeedback(body: Partial<Body> & Pick<Body, "kind" | "subject" | "verdict">): void {
  if (!body.subject) return;
  void post("/v1/feedback", body as Body, { idempotencyKey: newKey() }).catch(() => undefined);
}

/** The verdict that a use amounts to: the same words, other words, or none. */
export function verdictOf(proposed: string, final: string): Verdict {
  if (!final.trim()) return "rejected";
  return final.trim() === proposed.trim() ? "accepted" : "edited";
}

const PARTS: readonly string[] = ["type", "category", "street", "urgency", "title", "content"];

/** One line for each part of the proposal that the service learns from. */
export function tellFields(triageId: string, orderId: string, fields: OrderFields): void {
  for (const name of FIELDS) {
    const { proposal, value } = fields[name];
    if (!proposal?.value || !PARTS.includes(name)) continue;
    const verdict = verdictOf(proposal.value, value);
    tellFeedback({ kind: "suggestion", subject: triageId, part: name, verdict, proposed: proposal.value, final: value, order_id: orderId, reason: verdict === "rejected" ? "坐席清除" : "" });
  }
}
