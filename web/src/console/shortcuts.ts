/** Keys of the console. Each can be changed or switched off (WCAG 2.1.4); the choice stays on this machine. */
import { onMounted, onUnmounted, reactive } from "vue";

export interface Command { id: string; name: string; group: string; keys: string }
export const COMMANDS: Command[] = [
  { id: "new-call", name: "新来电", group: "队列", keys: "Alt+N" },
  { id: "next", name: "下一件", group: "队列", keys: "Alt+J" },
  { id: "previous", name: "上一件", group: "队列", keys: "Alt+K" },
  { id: "search", name: "查找工单", group: "队列", keys: "Alt+F" },
  { id: "compose", name: "光标到记录框", group: "通话", keys: "Alt+L" },
  { id: "speaker", name: "切换记录对象（市民／坐席）", group: "通话", keys: "Alt+M" },
  { id: "ask", name: "查政策依据", group: "答复", keys: "Alt+Q" },
  { id: "stop", name: "停止生成", group: "答复", keys: "Alt+X" },
  { id: "use-all", name: "采用整段答复", group: "答复", keys: "Alt+A" },
  { id: "use-1", name: "采用第1句", group: "答复", keys: "Alt+1" },
  { id: "use-2", name: "采用第2句", group: "答复", keys: "Alt+2" },
  { id: "use-3", name: "采用第3句", group: "答复", keys: "Alt+3" },
  { id: "use-4", name: "采用第4句", group: "答复", keys: "Alt+4" },
  { id: "use-5", name: "采用第5句", group: "答复", keys: "Alt+5" },
  { id: "source", name: "打开下一条依据", group: "答复", keys: "Alt+Y" },
  { id: "form", name: "光标到工单", group: "工单", keys: "Alt+G" },
  { id: "place-1", name: "属地存疑时，选第1个街乡", group: "工单", keys: "Alt+7" },
  { id: "place-2", name: "属地存疑时，选第2个街乡", group: "工单", keys: "Alt+8" },
  { id: "place-3", name: "属地存疑时，选第3个街乡", group: "工单", keys: "Alt+9" },
  { id: "accept", name: "受理（存入待派单）", group: "工单", keys: "Alt+S" },
  { id: "dispatch", name: "派单（需再确认）", group: "工单", keys: "Alt+P" },
  { id: "steps", name: "光标到可以办理的步骤", group: "工单", keys: "Alt+B" },
  { id: "reply", name: "光标到答复起草", group: "工单", keys: "Alt+R" },
  { id: "help", name: "快捷键一览", group: "其他", keys: "Ctrl+Shift+H" },
  { id: "help-2", name: "快捷键一览（不在输入时）", group: "其他", keys: "?" },
];
const KEY = "hotline:own:keys";
const chosen = reactive<Record<string, string>>(load());
function load(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** "" means switched off. */
export const keysOf = (id: string): string => chosen[id] ?? COMMANDS.find((command) => command.id === id)?.keys ?? "";
export function remap(id: string, keys: string | null): void {
  if (keys === null) delete chosen[id];
  else chosen[id] = keys;
  localStorage.setItem(KEY, JSON.stringify(chosen));
}
export const takenBy = (keys: string, but: string): Command | undefined => (keys ? COMMANDS.find((command) => command.id !== but && keysOf(command.id) === keys) : undefined);

/** While an input method composes, its keys are its own: neither Enter nor a shortcut may act. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

export function spell(event: KeyboardEvent): string {
  if (["Control", "Alt", "Shift", "Meta"].includes(event.key)) return "";
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const key = event.altKey || event.ctrlKey || event.metaKey ? (digit ?? letter ?? event.key) : event.key.length === 1 ? event.key : event.key;
  const isSymbol = key.length === 1 && !/[A-Za-z0-9]/.test(key);
  return [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.metaKey && "Meta", event.shiftKey && !isSymbol && "Shift", key].filter(Boolean).join("+");
}
const isTyping = (target: EventTarget | null): boolean => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Runs the handler whose keys were pressed. Keys without Ctrl or Alt act only outside of text fields. */
export function useShortcuts(handlers: Record<string, () => void>): void {
  const onKey = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const pressed = spell(event);
    if (!pressed || (!event.altKey && !event.ctrlKey && !event.metaKey && isTyping(event.target))) return;
    const command = COMMANDS.find((item) => keysOf(item.id) === pressed);
    const handler = command && handlers[command.id];
    if (!handler) return;
    event.preventDefault();
    handler();
  };
  onMounted(() => window.addEventListener("keydown", onKey));
  onUnmounted(() => window.removeEventListener("keydown", onKey));
}
