/**
 * The work order that fills itself. Each field knows what the assistant proposed and on what evidence, and what the person
 * made of it. A person's word stands: a later proposal never overwrites it, and every proposal can be taken back.
 */
import { evidenceOf, type Triage } from "./triage";

export const FIELDS = ["title", "content", "type", "category", "urgency", "street", "place"] as const;
export type FieldName = (typeof FIELDS)[number];
export const FIELD_LABELS: Record<FieldName, string> = {
  title: "标题", content: "反映内容", type: "诉求类型", category: "问题分类", urgency: "紧急程度", street: "属地街乡", place: "具体地点",
};

export interface Proposal { value: string; confidence: number; evidence: string }
export interface Field {
  value: string;
  proposal: Proposal | null;
  /** Who gave `value`: the assistant, a person, or nobody yet. */
  by: "ai" | "person" | "nobody";
}
export type OrderFields = Record<FieldName, Field>;

export const emptyField = (): Field => ({ value: "", proposal: null, by: "nobody" });
export const emptyFields = (): OrderFields => Object.fromEntries(FIELDS.map((name) => [name, emptyField()])) as OrderFields;

export function proposalsOf(triage: Triage, text: string): Partial<Record<FieldName, Proposal>> {
  const judged = (j: Triage["type"]): Proposal => ({ value: j.label, confidence: j.confidence, evidence: [evidenceOf(text, j.spans), j.reason].filter(Boolean).join("，") });
  const where = triage.place;
  const detail = [where?.community, where?.detail].filter(Boolean).join(" ") || triage.extraction.where?.value || "";
  const quoted = evidenceOf(text, where?.spans ?? []);
  const why = [where?.reason.includes(quoted) ? "" : quoted, where?.reason].filter(Boolean).join("，"); // the reason mostly quotes the words itself
  const place = (value: string, confidence: number): Proposal => ({ value, confidence, evidence: why });
  return {
    title: { value: triage.title, confidence: triage.category.confidence, evidence: "" },
    content: { value: triage.content, confidence: triage.completeness, evidence: "" },
    type: judged(triage.type),
    category: judged(triage.category),
    urgency: judged(triage.urgency),
    ...(where?.street_id ? { street: place(where.street_id, where.confidence) } : {}),
    ...(detail ? { place: place(detail, where?.confidence ?? triage.extraction.where?.confidence ?? 0.5) } : {}),
  };
}

/** Fields after a new proposal: only what no person has touched takes its value. */
export function propose(fields: OrderFields, proposals: Partial<Record<FieldName, Proposal>>): void {
  for (const name of FIELDS) {
    const field = fields[name];
    field.proposal = proposals[name] ?? null;
    if (field.by === "person") continue;
    field.value = field.proposal?.value ?? "";
    field.by = field.value ? "ai" : "nobody";
  }
}
export function write(field: Field, value: string): void {
  field.value = value;
  field.by = "person";
}
/** Takes the assistant's value out of the form; it stays on offer. */
export function reject(field: Field): void {
  write(field, "");
}
export function restore(field: Field): void {
  if (!field.proposal) return;
  field.value = field.proposal.value;
  field.by = "ai";
}
export const canRestore = (field: Field): boolean => field.by === "person" && Boolean(field.proposal?.value) && field.proposal?.value !== field.value;
