// File an appeal (诉求): describe it, answer what is missing one question at a time, check, submit, get number and code.

import { html, nothing, type TemplateResult } from "lit";
import { hush, say } from "./announce";
import { emergency } from "./answer-card";
import { Failure, file, look, type Filed, type Look } from "./api";
import { emptyDraft, isPhone, nextStep, submission, type Draft, type Step } from "./filing";
import { t } from "./i18n";
import { emit, Part } from "./part";
import { filedPart, reviewPart } from "./review";
import { length, masked, personal } from "./text";
import { personalWarning } from "./warning";

const MAX_TEXT = 2000;

interface Filing {
  step: Step;
  draft: Draft;
  looked: Look | null;
  filed: Filed | null;
  answer: string;
  problem: string;
  warning: string[];
  busy: boolean;
  changing: string;
}

/** `<hotline-file>`; sends `go`, `person`, `told`, `failed` and `copy-text`. */
export class FileView extends Part<Filing> implements Filing {
  step: Step = "describe";
  draft: Draft = emptyDraft();
  looked: Look | null = null;
  filed: Filed | null = null;
  answer = "";
  problem = "";
  warning: string[] = [];
  busy = false;
  /** The field whose answer is being changed from the last step; goes back there. */
  changing = "";
  private told = false;

  protected override render(): TemplateResult {
    const parts: Record<Step, () => TemplateResult> = {
      describe: () => this.describe(),
      advice: () => this.advice(),
      question: () => this.question(),
      contact: () => this.contact(),
      review: () => reviewPart(this.draft, this.looked!, (field) => this.change(field)),
      done: () => filedPart(this.filed!, (name, detail) => emit(this, name, detail), () => this.clear()),
    };
    return html`<form class="scroll filing" @submit=${this.go} novalidate>
      ${parts[this.step]()}
      <p class="problem" role="alert">${this.problem}</p>
      ${this.step === "done" ? nothing : this.buttons()}
    </form>`;
  }

  private describe(): TemplateResult {
    return html`<h2 tabindex="-1">${t("fileTitle")}</h2>
      ${this.warning.length ? personalWarning(this.warning, (choice) => this.decide(choice)) : nothing}
      <p id="file-hint" class="hint">${t("fileHint")}</p>
      <label class="quiet" for="matter">${t("fileTitle")}</label>
      <textarea id="matter" rows="6" .value=${this.draft.text} placeholder=${t("fileExample")} aria-describedby="file-hint matter-used"
        @input=${(event: Event) => this.patch({ text: (event.target as HTMLTextAreaElement).value })}></textarea>
      <p id="matter-used" class="hint">${t("count", { used: length(this.draft.text), limit: MAX_TEXT })}</p>`;
  }

  private advice(): TemplateResult {
    const advice = this.looked!.advice!;
    const isAnswerable = advice.kind === "answerable";
    return html`<h2 tabindex="-1">${isAnswerable ? t("answerable") : advice.kind === "emergency" ? t("dangerTitle") : t("file")}</h2>
      ${advice.kind === "emergency" ? emergency() : nothing}
      ${advice.text ? html`<p class="notice ${advice.kind === "route" ? "warn" : ""}">${advice.text}</p>` : nothing}
      ${isAnswerable ? html`<p><button type="button" class="primary" @click=${() => emit(this, "go", { view: "ask", text: this.draft.text })}>${t("askFirst")}</button></p>` : nothing}`;
  }

  private question(): TemplateResult {
    const left = this.looked!.missing.length;
    const current = this.changing || this.looked!.missing[0]?.field || "";
    const question = this.looked!.missing.find((item) => item.field === current)?.question ?? (current ? t(current as "where") : "");
    return html`<p class="hint">${this.changing ? "" : t("step", { left })}</p>
      <h2 id="asked-back" tabindex="-1">${question}</h2>
      <label class="quiet" for="answer">${t("answerHere")}</label>
      <textarea id="answer" rows="3" maxlength="500" .value=${this.answer} aria-labelledby="asked-back"
        @input=${(event: Event) => this.set({ answer: (event.target as HTMLTextAreaElement).value })}></textarea>`;
  }

  private contact(): TemplateResult {
    return html`<h2 tabindex="-1">${t("contactTitle")}</h2>
      <label for="phone">${t("phone")}</label>
      <input id="phone" type="tel" autocomplete="tel" .value=${this.draft.phone} aria-describedby="phone-hint" aria-invalid=${this.problem ? "true" : "false"}
        @input=${(event: Event) => this.patch({ phone: (event.target as HTMLInputElement).value })} />
      <p id="phone-hint" class="hint">${t("phoneHint")}</p>
      <label for="name">${t("name")}</label>
      <input id="name" autocomplete="name" maxlength="40" .value=${this.draft.name} @input=${(event: Event) => this.patch({ name: (event.target as HTMLInputElement).value })} />
      <label class="choice"><input type="checkbox" .checked=${this.draft.confidential}
        @change=${(event: Event) => this.patch({ confidential: (event.target as HTMLInputElement).checked })} />${t("confidential")}</label>
      <label class="choice"><input type="checkbox" .checked=${this.draft.callBack}
        @change=${(event: Event) => this.patch({ callBack: (event.target as HTMLInputElement).checked })} />${t("callBack")}</label>`;
  }

  private buttons(): TemplateResult {
    const kind = this.step === "advice" ? this.looked?.advice?.kind : null;
    const word = kind ? t(kind === "emergency" ? "keepFiling" : "fileAnyway") : this.busy ? t("submitting") : t(this.step === "review" ? "submit" : "next");
    return html`<div class="choices steps">
      ${this.step === "describe" ? nothing : html`<button type="button" @click=${() => this.back()}>${t("back")}</button>`}
      ${this.step === "question" && !this.changing ? html`<button type="button" @click=${() => this.answered("")}>${t("skip")}</button>` : nothing}
      <button class=${kind ? "" : "primary"} ?disabled=${this.busy}>${word}</button>
    </div>`;
  }

  private patch(change: Partial<Draft>): void {
    this.set({ draft: { ...this.draft, ...change }, problem: "", warning: [] });
  }

  private async go(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy || this.step === "done") return;
    if (this.step === "describe") return this.described();
    if (this.step === "advice") return this.move(nextStep(this.looked!, (this.told = true)));
    if (this.step === "question") return this.answer.trim() ? this.answered(this.answer.trim()) : this.complain(t("empty"), "#answer");
    if (this.step === "contact") return isPhone(this.draft.phone) ? this.move("review") : this.complain(t("phoneBad"), "#phone");
    return this.submit();
  }

  private async described(): Promise<void> {
    const used = length(this.draft.text);
    if (used < 4) return this.complain(t("empty"), "#matter");
    if (used > MAX_TEXT) return this.complain(t("over", { over: used - MAX_TEXT }), "#matter");
    const kinds = personal(this.draft.text);
    if (!kinds.length) return this.study();
    this.set({ warning: kinds });
    await this.focusOn(".warn button");
  }

  private decide(choice: "mask" | "keep" | "edit"): void {
    this.set({ warning: [] });
    if (choice === "mask") this.patch({ text: masked(this.draft.text) });
    if (choice === "edit") void this.focusOn("#matter");
    else void this.study();
  }

  private complain(problem: string, at: string): void {
    this.set({ problem });
    void this.focusOn(at);
  }

  private answered(answer: string): Promise<void> {
    const field = this.changing || this.looked!.missing[0]!.field;
    this.patch({ answers: { ...this.draft.answers, [field]: answer } });
    return this.study(this.changing ? "review" : undefined);
  }

  /** Asks the service what is still missing. */
  private study(then?: Step): Promise<void> {
    return this.attempt(async () => {
      const looked = await look(this.draft.text.trim(), this.draft.answers);
      this.set({ looked, answer: "" });
      await this.move(then ?? nextStep(looked, this.told));
    });
  }

  private submit(): Promise<void> {
    return this.attempt(async () => {
      this.set({ filed: await file(submission(this.draft), this.draft.key) });
      emit(this, "told", { role: "citizen", status: "filed" });
      say(`${t("filedTitle")}。${t("number")} ${this.filed!.number}`);
      await this.move("done");
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    this.set({ busy: true, problem: "" });
    try {
      await work();
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure(t("unreachable"), "offline");
      this.set({ problem: failure.message });
      emit(this, "failed", failure.code);
    }
    this.set({ busy: false });
  }

  private async move(step: Step): Promise<void> {
    this.set({ step, problem: "", ...(step === "question" ? {} : { changing: "" }) });
    await this.focusOn({ question: "#answer", contact: "#phone" }[step as string] ?? "h2");
    this.querySelector(".filing")?.scrollTo(0, 0);
  }

  private change(field: string): void {
    if (field === "text") void this.move("describe");
    else if (field === "contact") void this.move("contact");
    else {
      this.set({ changing: field, answer: this.draft.answers[field] ?? "" });
      void this.move("question");
    }
  }

  private back(): void {
    const leaving = this.changing !== "";
    this.set({ changing: "", answer: "" });
    if (leaving) return void this.move("review");
    void this.move(this.step === "review" ? "contact" : "describe");
  }

  /** From a question that was asked: the citizen need not write it again. */
  begin(text: string, callBack = false): void {
    this.clear();
    this.patch({ text, callBack });
    void this.focusOn("#matter");
  }

  clear(): void {
    hush();
    this.told = false;
    this.set({ step: "describe", draft: emptyDraft(), looked: null, filed: null, answer: "", problem: "", warning: [], changing: "" });
  }
}

customElements.define("hotline-file", FileView);
