// The button and the window, in a closed shadow root. The window's page is fetched at the first opening, not before.

import type { HotlineSettings } from "./settings";
import { STYLES } from "./styles";

const SMALL = "(max-width: 480px), (max-height: 480px)";

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Record<string, string> = {}) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

export class Panel {
  readonly launcher = element("button", { class: "launcher", type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });
  readonly box = element("div", { class: "panel", role: "dialog", "aria-label": "12345", hidden: "" });
  readonly before = element("span", { tabindex: "0", "aria-hidden": "true" });
  readonly after = element("span", { tabindex: "0", "aria-hidden": "true" });
  frame: HTMLIFrameElement | undefined;
  private readonly host = document.createElement("hotline-widget");
  private readonly frameRoot = element("div");

  constructor(settings: Required<HotlineSettings>) {
    const root = this.host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLES);
    root.adoptedStyleSheets = [sheet];
    const seal = element("b", { "aria-hidden": "true" });
    seal.textContent = "12345";
    this.launcher.append(seal, settings.launcherTitle);
    this.launcher.hidden = settings.hideLauncher;
    this.box.append(this.before, this.after);
    this.dress(settings);
    this.frameRoot.append(this.launcher, this.box);
    root.append(this.frameRoot);
    document.body.append(this.host);
  }

  dress(settings: Required<HotlineSettings>): void {
    this.frameRoot.className = settings.position + (settings.elder ? " elder" : "");
  }

  get isModal(): boolean {
    return matchMedia(SMALL).matches;
  }

  load(url: string): void {
    this.frame = element("iframe", { src: url, title: "12345", allow: "clipboard-write", referrerpolicy: "strict-origin" });
    this.after.before(this.frame);
  }

  show(visible: boolean, launcher: boolean): void {
    this.box.hidden = !visible;
    this.launcher.hidden = visible || !launcher;
    this.launcher.setAttribute("aria-expanded", String(visible));
    // Focus is kept inside only where the window covers the whole page.
    const modal = visible && this.isModal;
    this.box.setAttribute("aria-modal", String(modal));
    this.before.tabIndex = this.after.tabIndex = modal ? 0 : -1;
  }

  /** The page did not come: what to do without it. */
  fail(plain: string, close: () => void): void {
    const words = element("div", { class: "failed", role: "alert" });
    words.append("暂时打不开在线窗口。您可以：");
    for (const [href, text] of [["tel:12345", "拨打12345热线"], [plain, "打开网页版"]] as const) {
      const link = element("a", href.startsWith("tel") ? { href } : { href, target: "_blank", rel: "noopener" });
      link.textContent = text;
      words.append(link);
    }
    const button = element("button", { type: "button" });
    button.textContent = "关闭";
    button.addEventListener("click", close);
    words.append(button);
    this.frame?.replaceWith(words);
    button.focus();
  }
}
