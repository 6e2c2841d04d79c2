// The window: three parts beside each other (ask, file, progress), a person always one step away.

import "./app.css";
import { html, nothing, type LitElement, type TemplateResult } from "lit";
import { say } from "./announce";
import { emergency } from "./answer-card";
import type { AskView } from "./ask-view";
import { Bridge, type HostMessage } from "./bridge";
import { keep, restore, transcript } from "./conversation";
import type { FileView } from "./file-view";
import { LOCALES, locale, setLocale, t } from "./i18n";
import { emit, Part } from "./part";
import type { ProgressView } from "./progress-view";
import { hostSettings, pageSettings, schemeOf, type View } from "./settings";
import { labelCopies, saveText } from "./take-away";
import "./ask-view";

const IDLE_MS = 14 * 60_000;
const LAST_MS = 60_000;
const VIEWS: readonly View[] = ["ask", "file", "progress"];
const FOCUSABLE = "button:not([disabled]), a[href], input, textarea, select, summary";

interface Shown {
  view: View;
  elder: boolean;
  notice: string;
}

export class HotlineWindow extends Part<Shown> implements Shown {
  private readonly page = pageSettings();
  private readonly host = hostSettings();
  private readonly bridge = new Bridge(this.host.origin, (message) => this.hear(message));
  view: View = this.host.view;
  elder = restore()?.elder || this.host.elder;
  notice = "";
  private idle = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("go", (event) => void this.go((event as CustomEvent).detail));
    this.addEventListener("person", () => this.sheet?.showModal());
    this.addEventListener("told", (event) => this.bridge.send("message", (event as CustomEvent).detail));
    this.addEventListener("failed", (event) => this.bridge.send("error", { code: (event as CustomEvent).detail }));
    this.addEventListener("copy-text", (event) => void this.copy((event as CustomEvent).detail));
    document.addEventListener("keydown", (event) => this.escape(event));
    for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => this.restartIdle());
    labelCopies(this.page.label);
  }

  protected override firstUpdated(): void {
    this.dress(this.host.scheme);
    void this.go({ view: this.view });
    this.set({ notice: untold });
    this.bridge.send("ready");
  }

  protected override render(): TemplateResult {
    return html`<header>
        <span class="seal" aria-hidden="true">12345</span>
        <h1>${t("title")}<small>${this.page.region}</small></h1>
        <button type="button" class="plain" aria-pressed=${this.elder ? "true" : "false"} @click=${() => this.setElder(!this.elder)}>${t(this.elder ? "elderOff" : "elderOn")}</button>
        ${this.menu()}
        ${this.bridge.isEmbedded ? html`<button type="button" class="plain icon" aria-label=${t("close")} @click=${() => this.bridge.send("close")}>✕</button>` : nothing}
      </header>
      <nav aria-label=${t("title")}>
        ${VIEWS.map((view) => html`<button type="button" aria-current=${view === this.view ? "page" : "false"} @click=${() => void this.go({ view })}>${t(view)}</button>`)}
      </nav>
      <main>
        <hotline-ask ?hidden=${this.view !== "ask"} .limit=${this.page.maxQuestion}></hotline-ask>
        <hotline-file ?hidden=${this.view !== "file"}></hotline-file>
        <hotline-progress ?hidden=${this.view !== "progress"}></hotline-progress>
      </main>
      <p class="flash" role="status">${this.notice}</p>
      <footer>
        <p class="label"><span class="tag">AI</span> ${this.page.label}</p>
        <div class="people">
          <button type="button" @click=${() => emit(this, "person")}>${t("person")}</button>
          <a class="button call" href="tel:12345">${t("call")}</a>
        </div>
      </footer>
      ${this.people()}`;
  }

  private menu(): TemplateResult {
    return html`<details class="menu">
      <summary class="icon" aria-label=${t("more")}>⋯</summary>
      <div>
        <label for="language">${t("language")}</label>
        <select id="language" @change=${(event: Event) => this.speak((event.target as HTMLSelectElement).value)}>
          ${LOCALES.map(([code, name]) => html`<option value=${code} ?selected=${code === locale}>${name}</option>`)}
        </select>
        <button type="button" @click=${() => this.leaveMenu(() => window.print())}>${t("print")}</button>
        <button type="button" @click=${() => this.leaveMenu(() => saveText(this.transcript()))}>${t("download")}</button>
        <button type="button" @click=${() => this.leaveMenu(() => this.clear(t("cleared")))}>${t("clear")}</button>
        <p class="hint">${t("shared")}</p>
      </div>
    </details>`;
  }

  private people(): TemplateResult {
    return html`<dialog aria-labelledby="people-title">
      <h2 id="people-title">${t("sheetTitle")}</h2>
      <p>${t("sheetText")}</p>
      <div class="choices">
        <a class="button call" href="tel:12345">${t("call")}</a>
        <button type="button" @click=${() => this.callBack()}>${t("callBack")}</button>
      </div>
      ${emergency()}
      <form method="dialog"><button class="wide">${t("return")}</button></form>
    </dialog>`;
  }

  private get sheet(): HTMLDialogElement | null {
    return this.querySelector("dialog");
  }

  private viewOf<Kind extends LitElement = LitElement>(name: string): Kind {
    return this.querySelector<Kind>(`hotline-${name}`)!;
  }

  private async go(to: { view: View; text?: string; callBack?: boolean; number?: string; code?: string }): Promise<void> {
    this.set({ view: to.view, notice: "" });
    if (to.view === "ask") {
      if (to.text) this.viewOf<AskView>("ask").suggest(to.text);
    } else if (to.view === "file") {
      const view = await this.viewWhenLoaded<FileView>("file");
      if (to.text !== undefined) view.begin(to.text, to.callBack);
    } else {
      const view = await this.viewWhenLoaded<ProgressView>("progress");
      if (to.number) view.prefill(to.number, to.code ?? "");
    }
  }

  /** The parts for filing and for looking up come when they are first wanted. */
  private async viewWhenLoaded<Kind extends LitElement>(view: View): Promise<Kind> {
    await (view === "file" ? import("./file-view") : import("./progress-view"));
    return this.viewOf<Kind>(view);
  }

  private callBack(): void {
    this.sheet?.close();
    const last = this.viewOf<AskView>("ask").turns.at(-1)?.question ?? "";
    void this.go({ view: "file", text: last, callBack: true });
  }

  private hear(message: HostMessage): void {
    if (message.type === "opened") {
      const view = VIEWS.includes(message.view as View) ? (message.view as View) : this.view;
      void this.go({ view }).then(() => this.focusEdge("start"));
    } else if (message.type === "focus") this.focusEdge(message.edge === "last" ? "last" : "first");
    else if (message.type === "settings") {
      if (typeof message.locale === "string") void this.speak(message.locale);
      this.set({ elder: message.elder === true });
      this.dress(schemeOf(message.colorScheme));
    }
  }

  private focusEdge(edge: "start" | "first" | "last"): void {
    const visible = [...this.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((node) => node.checkVisibility());
    const start = this.querySelector<HTMLElement>(`hotline-${this.view} :is(textarea, input)`);
    (edge === "start" ? (start ?? visible[0]) : edge === "first" ? visible[0] : visible.at(-1))?.focus();
  }

  private dress(scheme: string): void {
    const root = document.documentElement;
    root.classList.toggle("elder", this.elder);
    root.dataset.scheme = scheme;
  }

  private setElder(elder: boolean): void {
    this.set({ elder });
    document.documentElement.classList.toggle("elder", elder);
    this.bridge.send("elder", elder);
    const turns = this.viewOf<AskView>("ask").turns;
    if (turns.length) keep(turns, elder);
  }

  private async speak(wanted: string): Promise<void> {
    this.set({ notice: await setLocale(wanted) });
    this.querySelector<HTMLSelectElement>("#language")!.value = locale;
    for (const name of VIEWS) this.viewOf(name).requestUpdate?.();
  }

  private escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing || this.sheet?.open) return;
    const menu = this.querySelector<HTMLDetailsElement>(".menu");
    if (!menu?.open) return this.bridge.send("close");
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }

  private leaveMenu(then: () => void): void {
    this.querySelector<HTMLDetailsElement>(".menu")!.open = false;
    then();
  }

  private transcript(): string {
    return transcript(this.viewOf<AskView>("ask").turns, this.page.region, this.page.label);
  }

  private async copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.flash(t(text.includes(this.page.label) ? "copied" : "copiedCode"));
    } catch {
      // An embedding page may not lend us the clipboard: the file goes the same way.
      saveText(text);
    }
  }

  private flash(notice: string): void {
    this.set({ notice });
    setTimeout(() => this.notice === notice && this.set({ notice: "" }), 5000);
  }

  private restartIdle(): void {
    clearTimeout(this.idle);
    if (this.notice === t("clearSoon")) this.set({ notice: "" });
    this.idle = window.setTimeout(() => {
      this.set({ notice: t("clearSoon") });
      this.idle = window.setTimeout(() => this.clear(t("cleared")), LAST_MS);
    }, IDLE_MS);
  }

  private clear(words: string): void {
    this.viewOf<AskView>("ask").clear();
    for (const name of ["file", "progress"]) this.viewOf<FileView | ProgressView>(name).clear?.();
    this.flash(words);
    say(words);
  }
}

let untold = "";
void setLocale(hostSettings().locale || document.documentElement.lang).then((told) => {
  untold = told;
  customElements.define("hotline-window", HotlineWindow);
});
