// What a site may set before the script loads: `window.hotlineSettings = {…}`.

export interface HotlineSettings {
  /** Which corner the button stands in. */
  position?: "left" | "right";
  /** zh-CN, zh-TW, en, ug, bo; by default the language of the page. */
  locale?: string;
  /** Words on the button. */
  launcherTitle?: string;
  /** The site opens the window by its own button and `hotline.open()`. */
  hideLauncher?: boolean;
  /** 长辈版: larger type and targets. */
  elder?: boolean;
  colorScheme?: "auto" | "light" | "dark";
  /** Which part opens first. */
  view?: "ask" | "file" | "progress";
}

export interface Hotline {
  readonly isOpen: boolean;
  open(view?: HotlineSettings["view"]): void;
  close(): void;
  toggle(): void;
  setLocale(locale: string): void;
  setElder(elder: boolean): void;
}

declare global {
  interface Window {
    hotlineSettings?: HotlineSettings;
    hotline?: Hotline;
  }
}

const TITLES: Record<string, string> = {
  "zh-TW": "市民服務",
  en: "Citizen help",
};

export function readSettings(): Required<HotlineSettings> {
  const given = window.hotlineSettings ?? {};
  const locale = given.locale ?? document.documentElement.lang ?? "zh-CN";
  return {
    position: given.position === "left" ? "left" : "right",
    locale,
    launcherTitle: given.launcherTitle ?? TITLES[locale] ?? TITLES[locale.split("-")[0] ?? ""] ?? "市民服务",
    hideLauncher: given.hideLauncher === true,
    elder: given.elder === true,
    colorScheme: given.colorScheme ?? "auto",
    view: given.view ?? "ask",
  };
}
