/** The label of machine-made text goes along when it is copied (标识办法; GB 45438-2025). */
export const AI_LABEL = "内容由AI生成，仅供参考，以政策原文为准";
export const EDITED_LABEL = "AI辅助起草，经人工修改";

export function copyLabelled(event: ClipboardEvent, label: string): void {
  const chosen = document.getSelection()?.toString() ?? "";
  if (!chosen.trim() || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", `${chosen}\n（${label || AI_LABEL}）`);
  event.preventDefault();
}
