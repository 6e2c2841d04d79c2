// `<script async src="https://HOTLINE/widget.js"></script>`: puts one button on a page and keeps the rest in an iframe.
// It stores nothing, sets no cookie and tells the page what happens, never what was said.

import { Panel } from "./panel";
import { readSettings, type Hotline, type HotlineSettings } from "./settings";

const LOAD_MS = 10_000;
const script = document.currentScript as HTMLScriptElement | null;

function tell(name: string, detail: unknown = null): void {
  window.dispatchEvent(new CustomEvent(`hotline:${name}`, { detail }));
}

function start(service: URL): Hotline {
  const settings = readSettings();
  const panel = new Panel(settings);
  let isOpen = false;
  let isAlive = false;
  let returnTo: HTMLElement | null = null;

  const post = (message: object) => panel.frame?.contentWindow?.postMessage({ hotline: 1, ...message }, service.origin);
  const dress = () => post({ type: "settings", locale: settings.locale, elder: settings.elder, colorScheme: settings.colorScheme });

  function load(): void {
    const url = new URL("/widget", service);
    const { locale, elder, colorScheme, view } = settings;
    url.search = new URLSearchParams({ origin: location.origin, locale, elder: elder ? "1" : "", scheme: colorScheme, view }).toString();
    panel.load(url.href);
    setTimeout(() => {
      if (isAlive) return;
      tell("error", { code: "not_loaded" });
      panel.fail(new URL("/", service).href, hotline.close);
    }, LOAD_MS);
  }

  const hotline: Hotline = {
    get isOpen() {
      return isOpen;
    },
    open(view?: HotlineSettings["view"]) {
      if (view) settings.view = view;
      if (!isOpen) returnTo = document.activeElement as HTMLElement | null;
      isOpen = true;
      panel.show(true, !settings.hideLauncher);
      if (!panel.frame) load();
      else post({ type: "opened", view });
      if (isAlive) panel.frame?.focus();
      tell("open");
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      panel.show(false, !settings.hideLauncher);
      // To where the citizen came from: the button, or whatever of the page opened the window.
      if (settings.hideLauncher || (returnTo && returnTo !== document.body && returnTo.isConnected && returnTo.tagName !== "HOTLINE-WIDGET")) returnTo?.focus();
      else panel.launcher.focus();
      tell("close");
    },
    toggle() {
      if (isOpen) hotline.close();
      else hotline.open();
    },
    setLocale(locale) {
      settings.locale = locale;
      dress();
    },
    setElder(elder) {
      settings.elder = elder;
      panel.dress(settings);
      dress();
    },
  };

  function hear(event: MessageEvent): void {
    if (event.origin !== service.origin || event.source !== panel.frame?.contentWindow || event.data?.hotline !== 1) return;
    const { type, detail } = event.data as { type: string; detail?: unknown };
    if (type === "ready") {
      isAlive = true;
      if (isOpen) panel.frame?.focus();
      post({ type: "opened" });
    } else if (type === "close") hotline.close();
    else if (type === "elder") {
      settings.elder = detail === true;
      panel.dress(settings);
    } else if (type === "message" || type === "error") tell(type, detail);
  }

  window.addEventListener("message", hear);
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen && panel.isModal) hotline.close();
  });
  // Tab pressed faster than the message reaches the window would walk on through the page that the window covers.
  window.addEventListener("focusin", (event) => {
    if (!isOpen || !panel.isModal || (event.target as Element).tagName === "HOTLINE-WIDGET") return;
    panel.frame?.focus();
    post({ type: "focus", edge: "first" });
  });
  panel.launcher.addEventListener("click", () => hotline.open());
  panel.before.addEventListener("focus", () => post({ type: "focus", edge: "last" }));
  panel.after.addEventListener("focus", () => post({ type: "focus", edge: "first" }));
  return hotline;
}

function begin(): void {
  if (window.hotline || !script?.src) return;
  window.hotline = start(new URL(script.src));
  tell("ready");
}

if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin, { once: true });
