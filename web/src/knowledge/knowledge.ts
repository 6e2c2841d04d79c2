/** Words and shapes of the knowledge desk. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Row = Schemas["KnowledgeRow"];
export type Detail = Schemas["KnowledgeDetail"];
export type Look = Schemas["LookView"];
export type Preview = Schemas["PreviewView"];
export type DraftRow = Schemas["DraftRow"];
export type ChangeRow = Schemas["ChangeView"];
export type Comparison = Schemas["ComparisonView"];
export type Gap = Schemas["UnansweredView"];
export type Facts = NonNullable<Schemas["NewDraft"]["facts"]>;

export const FLAGS = { "": "全部", in_force: "现行", due: "到期待复核", unverified: "未核实", retired: "已失效" } as const;
export type Flag = keyof typeof FLAGS;
export const KINDS = { guide: "办事指南", regulation: "法规规章", plan: "规划方案", notice: "通知公告" } as const;
export const STATES = { draft: "待审核", approved: "已通过", rejected: "已退回" } as const;
export const CHANGES = { added: "新增", removed: "删去", changed: "修改", moved: "只变条号", same: "未变" } as const;
export const DEEDS: Record<string, string> = { made: "起草", edited: "修改", approved: "通过", rejected: "退回" };
export const TYPES = ".md,.txt,.html,.htm,.pdf,.docx";
export const LARGEST = 8 * 1024 * 1024;
export const LISTED = 500;

/** What an editor fills in; the service gets what is not empty. */
export interface Writing {
  title: string;
  kind: string;
  category: string;
  region: string;
  issuer: string;
  document_number: string;
  owner_unit: string;
  effective_from: string;
  review_date: string;
  keywords: string;
  verified: boolean;
  text: string;
  supersedes: string;
  /** Title of what it replaces, for people. */
  replaces: string;
}
const NOTHING: Writing = {
  title: "", kind: "guide", category: "", region: "北京市朝阳区", issuer: "", document_number: "", owner_unit: "", effective_from: "",
  review_date: "", keywords: "", verified: false, text: "", supersedes: "", replaces: "",
};
export const empty = (): Writing => ({ ...NOTHING });

type Told = Schemas["DocumentView"];
/** A document or draft as it is, to be changed. */
export function writingOf(document: Told, text: string, keywords: readonly string[], supersedes: string | null, replaces = ""): Writing {
  const facts = { title: document.title, kind: document.kind, category: document.category, region: document.region ?? "全国", issuer: document.issuer, document_number: document.document_number, owner_unit: document.owner_unit, effective_from: document.validity.effective_from, review_date: document.review_date };
  const said = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value ?? ""])) as unknown as Partial<Writing>;
  return { ...NOTHING, ...said, keywords: keywords.join("、"), verified: document.verified, text, supersedes: supersedes ?? "", replaces };
}
/** The next version of a document: its text and facts, without the day it began and without its being checked. */
export function versionOf(detail: Detail): Writing {
  const { document } = detail;
  return { ...writingOf(document, detail.text, detail.keywords, document.id, document.title), effective_from: "", review_date: "", verified: false };
}
/** A guide for a question that found nothing: what people ask stands in it, places to fill in are marked. */
export function guideFor(question: string): Writing {
  const title = question.replace(/[？?。！!]+$/u, "");
  const parts = [["谁适用", "适用的人和情形"], ["怎样办", "步骤、材料和时限，逐条注明依据"], ["不符合时怎么办", "申诉、投诉或者求助的途径"]];
  const body = parts.map(([name, hint]) => `## ${name}\n\n【待填写：${hint}】\n`).join("\n");
  return { ...empty(), title, keywords: title, text: `# ${title}\n\n【待填写：一句话说清结论】（依据：《【待填写：法规名】》第【待填写】条）\n\n${body}` };
}
export function factsOf(writing: Writing): Facts {
  const { keywords, verified } = writing;
  const given = Object.entries(writing).filter(([name, value]) => !["keywords", "verified", "text", "supersedes", "replaces"].includes(name) && String(value).trim());
  return { ...(Object.fromEntries(given) as Facts), verified, keywords: keywords.split(/[、,，;；\s]+/u).filter(Boolean).slice(0, 60) };
}

/** Where a clause stands; a number with which its text itself begins is not said twice. */
export function placeOf(clause: { path: string[]; text: string }): string {
  const parts = clause.text.startsWith(clause.path.at(-1) ?? "\n") ? clause.path.slice(0, -1) : clause.path;
  return parts.join(" › ");
}

/** A file as the service takes it. */
export async function encoded(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
