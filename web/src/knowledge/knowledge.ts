/** Words and shapes of the knowledge desk. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Row = Schemas["KnowledgeRow"];
export type Detail = Schemas["KnowledgeDetail"];
export type Preview = Schemas["PreviewView"];
export type DraftRow = Schemas["DraftRow"];
export type Gap = Schemas["UnansweredView"];
export type Facts = NonNullable<Schemas["NewDraft"]["facts"]>;

export const FLAGS = { "": "全部", in_force: "现行", due: "到期待复核", unverified: "未核实", retired: "已失效" } as const;
export type Flag = keyof typeof FLAGS;
export const KINDS = { guide: "办事指南", regulation: "法规规章", plan: "规划方案", notice: "通知公告" } as const;
export const STATES = { draft: "待审核", approved: "已通过", rejected: "已退回" } as const;
export const CHANGES = { added: "新增", removed: "删去", changed: "修改", same: "未变" } as const;
export const TYPES = ".md,.txt,.html,.htm,.pdf,.docx";
export const LARGEST = 8 * 1024 * 1024;

/** A file as the service takes it. */
export async function encoded(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
