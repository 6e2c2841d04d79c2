/** The proposal of `POST /v1/appeals` for one demand, as the service sends it. */
export interface Span { start: number; end: number }
export interface Judgement { label: string; confidence: number; reason: string; spans: Span[]; alternatives: [string, number][] }
export interface Found { value: string; confidence: number; spans: Span[] }
export interface Place {
  text: string; district: string | null; street_id: string | null; street: string | null; community: string | null; detail: string | null;
  confidence: number; reason: string; spans: Span[]; alternatives?: [string, number][]; question?: string;
}
export interface Diversion { rule_id: string; item: string; status: string; tell: string; confidence: number; reason: string; spans: Span[]; basis: string[] }
export interface UnitSuggestion { unit_id: string; name: string; probability: number; dispatch_entry: string | null; basis: string[]; precedents: string[]; reasons: string[] }
export interface UnitRanking {
  suggestions: UnitSuggestion[]; mode: "direct" | "direct_with_district_copy" | "district_coordination"; co_units: string[];
  one_click: boolean; consult: string[]; escalation: string[]; note: string;
}
export interface SimilarOrder { order_id: string; relation: "own_repeat" | "same_event" | "precedent"; score: number; title: string; reason: string; unit: string | null; outcome: string; number: string; state: string; received_at: string | null }
export interface Triage {
  demand: string;
  extraction: Record<"who" | "what" | "where" | "when" | "object" | "demand" | "contact", Found | null> & { missing: [string, string][] };
  type: Judgement; category: Judgement; urgency: Judgement; seven_five: string; instability: string[];
  place: Place | null; diversion: Diversion | null; similar: SimilarOrder[]; units: UnitRanking | null;
  caller?: { orders: number; since: string | null; tell: string };
  title: string; content: string; completeness: number;
  decision: { handling: "立即转接" | "告知途径" | "直接答复" | "派单"; reason: string; diversion: Diversion | null } | null;
}

export const RELATIONS: Record<SimilarOrder["relation"], string> = { own_repeat: "本人重复", same_event: "同一事件", precedent: "先例" };
export const MODES: Record<UnitRanking["mode"], string> = {
  direct: "直派承办单位", direct_with_district_copy: "直派街乡，抄送区政府", district_coordination: "派区政府协调",
};
const OVER = ["办结", "并单"];
/** The same matter, still open: an order may go on under it. */
export const mayMergeInto = (order: SimilarOrder): boolean => order.relation !== "precedent" && Boolean(order.number) && !OVER.includes(order.state);

const MOST_STREETS = 3;
/** The 街乡 that the words fit, best first, where there is something to choose; none where they are clear. */
export function streetsInDoubt(place: Place | null): [string, number][] {
  const others = place?.alternatives ?? [];
  if (!place?.question || !others.length) return [];
  const first: [string, number][] = place.street_id ? [[place.street_id, place.confidence]] : [];
  return [...first, ...others.filter(([unit]) => unit !== place.street_id)].slice(0, MOST_STREETS);
}
export const diversionOf = (triage: Triage | null): Diversion | null => triage?.decision?.diversion ?? triage?.diversion ?? null;
export const isEmergency = (triage: Triage | null): boolean => triage?.decision?.handling === "立即转接";

/** The words that a judgement rests on, for the seat to check: at most three, in the order they were said, none within another. */
export function evidenceOf(text: string, spans: Span[]): string {
  const letters = Array.from(text);
  const said = [...spans].sort((a, b) => a.start - b.start).map((span) => letters.slice(span.start, span.end).join(""));
  const whole = [...new Set(said)].filter((words) => /\p{L}|\p{N}/u.test(words) && !said.some((other) => other !== words && other.includes(words)));
  return whole.slice(0, 3).map((words) => `“${words.length > 24 ? words.slice(0, 24) + "…" : words}”`).join("、");
}
