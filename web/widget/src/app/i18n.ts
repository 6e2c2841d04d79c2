// Words of the window. zh-CN is complete and here; others come as a file of their own when asked for. One that lacks words is
// not shown at all: the window stays Chinese, says so, and calls itself Chinese, so that it is read aloud as what it is.
// Uyghur is written from right to left. Answers are quoted in the language of the regulations.

import { zhCN, type Hook, type Key, type Words } from "./locales/zh-CN";

export type { Key };

export const LOCALES: readonly (readonly [string, string])[] = [
  ["zh-CN", "简体中文"],
  ["zh-TW", "繁體中文"],
  ["en", "English"],
  ["ug", "ئۇيغۇرچە"],
  ["bo", "བོད་ཡིག"],
];

const LOAD: Record<string, () => Promise<{ default: Words | Hook }>> = {
  "zh-TW": () => import("./locales/zh-TW"),
  en: () => import("./locales/en"),
  ug: () => import("./locales/ug"),
  bo: () => import("./locales/bo"),
};

let words: Words = zhCN;
export let locale = "zh-CN";
let asked = 0;

/** The nearest that we have: zh-HK reads zh-TW, en-GB reads en, anything unknown zh-CN. */
export function nearest(wanted: string): string {
  if (/^zh-(TW|HK|MO|Hant)/i.test(wanted)) return "zh-TW";
  const language = wanted.split("-")[0]!.toLowerCase();
  return language in LOAD ? language : "zh-CN";
}

/** What to tell where it has no words yet, and the window speaks zh-CN. */
export async function setLocale(wanted: string): Promise<string> {
  const chosen = nearest(wanted);
  const load = LOAD[chosen];
  const mine = ++asked;
  const loaded = load ? (await load()).default : zhCN;
  if (mine !== asked) return ""; // a language chosen later came sooner
  const untold = "untranslated" in loaded && loaded.untranslated;
  words = untold ? zhCN : (loaded as Words);
  locale = untold ? "zh-CN" : chosen;
  document.documentElement.lang = locale;
  document.documentElement.dir = locale === "ug" ? "rtl" : "ltr";
  return untold || "";
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
