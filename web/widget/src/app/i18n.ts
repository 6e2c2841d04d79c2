// Words of the window. zh-CN is complete and here; others come as a file of their own when asked for, and what one of them
// lacks is shown in zh-CN. Uyghur is written from right to left. Answers are quoted in the language of the regulations.

import { zhCN, type Key, type Words } from "./locales/zh-CN";

export type { Key };

export const LOCALES: readonly (readonly [string, string])[] = [
  ["zh-CN", "简体中文"],
  ["zh-TW", "繁體中文"],
  ["en", "English"],
  ["ug", "ئۇيغۇرچە"],
  ["bo", "བོད་ཡིག"],
];

const LOAD: Record<string, () => Promise<{ default: Partial<Words> }>> = {
  "zh-TW": () => import("./locales/zh-TW"),
  en: () => import("./locales/en"),
  ug: () => import("./locales/ug"),
  bo: () => import("./locales/bo"),
};

let words: Partial<Words> = zhCN;
export let locale = "zh-CN";
let asked = 0;

/** The nearest that we have: zh-HK reads zh-TW, en-GB reads en, anything unknown zh-CN. */
export function nearest(wanted: string): string {
  if (/^zh-(TW|HK|MO|Hant)/i.test(wanted)) return "zh-TW";
  const language = wanted.split("-")[0]!.toLowerCase();
  return language in LOAD ? language : "zh-CN";
}

export async function setLocale(wanted: string): Promise<void> {
  const chosen = nearest(wanted);
  const load = LOAD[chosen];
  const mine = ++asked;
  const loaded = load ? (await load()).default : zhCN;
  if (mine !== asked) return; // a language chosen later came sooner
  words = loaded;
  locale = chosen;
  document.documentElement.lang = chosen;
  document.documentElement.dir = chosen === "ug" ? "rtl" : "ltr";
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return (words[key] ?? zhCN[key]).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
