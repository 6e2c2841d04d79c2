/** `text` in parts, the first place of `quote` marked; its closing mark may be missing in the text. */
export interface Part { text: string; marked: boolean }

/** List marks of the guides' source as a reader expects them. */
export const bulleted = (text: string): string => text.replace(/^- /gm, "• ");

export function highlight(text: string, quote: string): Part[] {
  const sought = [quote, quote.replace(/[。；;.]+$/u, "")].find((words) => words && text.includes(words));
  if (!sought) return [{ text, marked: false }];
  const at = text.indexOf(sought);
  const parts = [{ text: text.slice(0, at), marked: false }, { text: sought, marked: true }, { text: text.slice(at + sought.length), marked: false }];
  return parts.filter((part) => part.text);
}
