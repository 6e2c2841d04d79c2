/** Short messages about what just happened; errors stay until they are closed. */
import { reactive } from "vue";
import { Problem } from "@/api/problem";

export interface Toast {
  id: number;
  kind: "done" | "note" | "error";
  text: string;
}
export const toasts = reactive<Toast[]>([]);
let last = 0;

export function tell(text: string, kind: Toast["kind"] = "done"): void {
  const id = ++last;
  if (toasts.some((toast) => toast.text === text)) return;
  // What was done last is what matters; an error waits until it has been read.
  for (const old of toasts.filter((toast) => toast.kind !== "error")) dismiss(old.id);
  toasts.push({ id, kind, text });
  if (kind !== "error") setTimeout(() => dismiss(id), 5000);
}
export function tellError(error: unknown): void {
  tell(error instanceof Problem ? error.message : "操作没有完成，请再试一次。", "error");
}
export function dismiss(id: number): void {
  const at = toasts.findIndex((toast) => toast.id === id);
  if (at >= 0) toasts.splice(at, 1);
}
