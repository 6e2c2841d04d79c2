// How an order goes, by number and code, and what the citizen thinks of the result.

import { html, nothing, type TemplateResult } from "lit";
import { say } from "./announce";
import { Failure, progress, rate, type Progress } from "./api";
import { locale, t } from "./i18n";
import { emit, Part } from "./part";
import { moment, newKey } from "./text";

interface Finding {
  number: string;
  code: string;
  found: Progress | null;
  problem: string;
  busy: boolean;
  rated: boolean;
  key: string;
}

/** `<hotline-progress>`; sends `person` and `failed`. */
export class ProgressView extends Part<Finding> implements Finding {
  number = "";
  code = "";
  found: Progress | null = null;
  problem = "";
  busy = false;
  rated = false;
  key = newKey();

  protected override render(): TemplateResult {
    return html`<div class="scroll">
      <h2 tabindex="-1">${t("progressTitle")}</h2>
      <form @submit=${this.find} novalidate>
        <label for="number">${t("number")}</label>
        <input id="number" .value=${this.number} autocomplete="off" inputmode="numeric" aria-describedby="number-hint" @input=${(event: Event) => (this.number = read(event))} />
        <p id="number-hint" class="hint">${t("numberHint")}</p>
        <label for="code">${t("code")}</label>
        <input id="code" .value=${this.code} autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="code-hint" @input=${(event: Event) => (this.code = read(event))} />
        <p id="code-hint" class="hint">${t("codeHint")}</p>
        <p class="problem" role="alert">${this.problem}</p>
        <button class="primary wide" ?disabled=${this.busy}>${t("find")}</button>
      </form>
      ${this.found ? this.result(this.found) : nothing}
    </div>`;
  }

  private result(found: Progress): TemplateResult {
    return html`<section class="result" aria-label=${found.number}>
      <p class="big" tabindex="-1">${found.state}</p>
      ${found.step === null ? nothing : road(found.step)}
      <dl>
        <div><dt>${t("number")}</dt><dd>${found.number}</dd></div>
        <div><dt>${t("received")}</dt><dd>${moment(found.received_at, locale)}</dd></div>
        ${found.due ? html`<div><dt>${t("due")}</dt><dd>${moment(found.due, locale)}${found.extended ? `（${t("extended")}）` : ""}</dd></div>` : nothing}
        <div><dt>${t("reply")}</dt><dd>${found.reply || t("noReply")}</dd></div>
      </dl>
      ${this.rated ? html`<p class="notice good">${t("rated")}</p>` : found.can_rate ? this.ratingForm() : nothing}
    </section>`;
  }

  private ratingForm(): TemplateResult {
    const choice = (name: string, value: string, text: string) =>
      html`<label class="choice"><input type="radio" name=${name} value=${value} />${text}</label>`;
    return html`<form class="rating" @submit=${this.rate} novalidate>
      <h3>${t("rateTitle")}</h3>
      <fieldset><legend>${t("contacted")}</legend>${choice("contacted", "1", t("didContact"))}${choice("contacted", "", t("didNotContact"))}</fieldset>
      <fieldset><legend>${t("solved")}</legend>${choice("solved", "1", t("yes"))}${choice("solved", "", t("no"))}</fieldset>
      <fieldset><legend>${t("satisfied")}</legend>${choice("satisfaction", "满意", t("good"))}${choice("satisfaction", "基本满意", t("fair"))}${choice("satisfaction", "不满意", t("bad"))}</fieldset>
      <label for="opinion">${t("opinion")}</label>
      <textarea id="opinion" name="opinion" rows="2" maxlength="500"></textarea>
      <button class="primary wide" ?disabled=${this.busy}>${t("sendRating")}</button>
    </form>`;
  }

  private async find(event: Event): Promise<void> {
    event.preventDefault();
    const [number, code] = [this.number.trim(), this.code.trim().toUpperCase()];
    if (!number || code.length !== 8) return this.set({ problem: t("numberBad"), found: null });
    await this.attempt(async () => {
      this.set({ found: await progress(number, code), rated: false });
      say(this.found!.state);
      await this.focusOn(".big");
    });
  }

  private async rate(event: Event): Promise<void> {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const [contacted, solved, satisfaction] = [given.get("contacted"), given.get("solved"), given.get("satisfaction")];
    if (contacted === null || solved === null || satisfaction === null) return this.set({ problem: t("rateBad") });
    const answers = { contacted: contacted === "1", solved: solved === "1", satisfaction, opinion: String(given.get("opinion")).trim() };
    const body = { number: this.number.trim(), code: this.code.trim(), ...answers };
    await this.attempt(async () => {
      this.set({ found: await rate(body, this.key), rated: true, key: newKey() });
      say(t("rated"));
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.set({ busy: true, problem: "" });
    try {
      await work();
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure(t("unreachable"), "offline");
      this.set({ problem: failure.code === "order_not_found" ? t("notFound") : failure.message });
      emit(this, "failed", failure.code);
    }
    this.set({ busy: false });
  }

  /** Straight from filing: nobody should type again what is on the screen. */
  prefill(number: string, code: string): void {
    this.set({ number, code, found: null, rated: false, problem: "" });
  }

  clear(): void {
    this.prefill("", "");
  }
}

/** The road with where the order stands on it; the words above say the same. */
function road(step: number): TemplateResult {
  const names = t("road").split("|");
  return html`<ol class="road">${names.map((name, place) => html`<li class=${place < step ? "past" : place === step ? "now" : ""} aria-current=${place === step ? "step" : "false"}>${name}</li>`)}</ol>`;
}

function read(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

customElements.define("hotline-progress", ProgressView);
