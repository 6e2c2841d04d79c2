// What a citizen takes away keeps the label of AI-generated content (GB 45438-2025).

import { t } from "./i18n";

/** Selected words of an answer are copied together with their label. */
export function labelCopies(label: string): void {
  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !event.clipboardData) return;
    const range = selection.getRangeAt(0);
    const answers = [...document.querySelectorAll(".reply[data-label]:not([data-label=''])")];
    if (!answers.some((answer) => range.intersectsNode(answer))) return;
    event.clipboardData.setData("text/plain", `${selection.toString()}\n【${label}】`);
    event.preventDefault();
  });
}

export function saveText(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
  link.download = `12345-${t("transcript").replace(/\s/g, "")}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
