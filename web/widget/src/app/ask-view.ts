// Ask and get a cited answer, sentence by sentence; ask on in the same conversation.

import { html, nothing, type TemplateResult } from "lit";
import { say, hush } from "./announce";
import { card, type CardActions } from "./answer-card";
import { ask, Failure } from "./api";
import { forget, keep, restore, type Turn } from "./conversation";
import { t } from "./i18n";
import { emit, isSendKey, Part } from "./part";
import { length, masked, personal } from "./text";
import { personalWarning } from "./warning";
import "./failure";

const SOURCES = /^\s*依据[（：(]/;
const CHECKS = ["resolve_citations", "check_answer"];

interface Asking {
  turns: Turn[];
  draft: string;
  warning: string[];
  problem: string;
  stage: string;
  running: AbortController | null;
}

/** `<hotline-ask .limit>`; sends `go` (another view), `person`, `told` (for the embedding page) and `copy-text`. */
export class AskView extends Part<Asking> implements Asking {
  limit = 300;
  turns: Turn[] = restore()?.turns.map((kept) => ({ ...kept, lines: [] })) ?? [];
  draft = "";
  warning: string[] = [];
  problem = "";
  stage = "";
  running: AbortController | null = null;

  private readonly actions: CardActions = {
    copy: (text) => emit(this, "copy-text", text),
    person: () => emit(this, "person", this.turns.at(-1)?.question ?? ""),
    file: (question) => emit(this, "go", { view: "file", text: question }),
    progress: () => emit(this, "go", { view: "progress" }),
    retry: (turn) => this.retry(turn),
    reply: (text) => void this.ask(text),
  };

  protected override render(): TemplateResult {
    return html`<div class="scroll" tabindex="-1">
        ${this.turns.length ? this.turns.map((turn, index) => card(turn, index, this.stage, this.actions)) : this.welcome()}
      </div>
      <form class="composer" @submit=${this.submit} novalidate>
        ${this.warning.length ? personalWarning(this.warning, (choice) => this.decide(choice)) : nothing}
        <p id="problem" class="problem" role="alert">${this.problem}</p>
        <div class="above">
          <label for="question">${t(this.turns.length ? "followUp" : "question")}</label>
          <span id="used" class="hint">${t("count", { used: length(this.draft), limit: this.limit })}</span>
        </div>
        <div class="row">
          <textarea id="question" rows="2" .value=${this.draft} aria-describedby="used problem" aria-invalid=${this.problem ? "true" : "false"}
            @input=${this.typed} @keydown=${this.keyed}></textarea>
          ${this.running
            ? html`<button type="button" class="stop" @click=${() => this.running?.abort()}>${t("stop")}</button>`
            : html`<button class="primary send">${t("send")}</button>`}
        </div>
      </form>`;
  }

  private welcome(): TemplateResult {
    const examples = [t("example1"), t("example2"), t("example3")];
    return html`<div class="welcome">
      <p class="hello">${t("hello")}</p>
      <h2>${t("examples")}</h2>
      <ul class="examples">${examples.map((text) => html`<li><button type="button" @click=${() => this.ask(text)}>${text}</button></li>`)}</ul>
      <p class="hint">${t("privacy")}</p>
    </div>`;
  }

  private typed(event: Event): void {
    this.set({ draft: (event.target as HTMLTextAreaElement).value, problem: "", warning: [] });
  }

  private keyed(event: KeyboardEvent): void {
    if (!isSendKey(event)) return;
    event.preventDefault();
    void this.submit(event);
  }

  private async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.running) return;
    const used = length(this.draft);
    if (!used) return this.complain(t("empty"));
    if (used > this.limit) return this.complain(t("over", { over: used - this.limit }));
    const kinds = personal(this.draft);
    if (!kinds.length) return this.ask(this.draft.trim());
    this.set({ warning: kinds });
    await this.focusOn(".warn button");
  }

  private complain(problem: string): void {
    this.set({ problem });
    void this.focusOn("#question");
  }

  private decide(choice: "mask" | "keep" | "edit"): void {
    const text = this.draft.trim();
    this.set({ warning: [] });
    if (choice === "edit") void this.focusOn("#question");
    else void this.ask(choice === "mask" ? masked(text) : text);
  }

  private async ask(question: string): Promise<void> {
    const turn: Turn = { question, lines: [] };
    const running = new AbortController();
    hush();
    this.set({ turns: [...this.turns, turn], draft: "", problem: "", running, stage: t("working") });
    emit(this, "told", { role: "citizen" });
    await this.reveal();
    try {
      await this.follow(turn, running.signal);
    } catch (error) {
      if (running.signal.aborted) turn.stopped = true;
      else turn.failure = error instanceof Failure ? error : new Failure(t("interrupted"), "interrupted");
      if (turn.failure) emit(this, "failed", turn.failure.code);
      say(turn.failure?.message ?? t("stopped"));
    }
    this.set({ running: null, draft: turn.failure ? this.draft || question : this.draft });
    void this.focusOn("#question");
  }

  private async follow(turn: Turn, signal: AbortSignal): Promise<void> {
    let isListed = false;
    for await (const part of ask(turn.question, this.conversation, signal)) {
      if (part.type === "stage" && CHECKS.includes(part.stage)) this.set({ stage: t("checking") });
      if (part.type === "delta") {
        isListed ||= SOURCES.test(part.text);
        if (isListed) continue;
        turn.lines.push(part.text.trim());
        say(part.text);
      }
      if (part.type === "answer") this.finish(turn, part.answer);
      this.requestUpdate();
    }
  }

  private finish(turn: Turn, answer: NonNullable<Turn["answer"]>): void {
    turn.answer = answer;
    say(answer.label);
    if (answer.ask && answer.sentences.length) say(answer.ask.question);
    emit(this, "told", { role: "assistant", status: answer.status });
    keep(this.turns, document.documentElement.classList.contains("elder"));
  }

  private get conversation(): string {
    return this.turns.flatMap((turn) => turn.answer ?? []).at(-1)?.conversation_id ?? "";
  }

  private retry(turn: Turn): void {
    this.set({ turns: this.turns.filter((other) => other !== turn), draft: "" });
    void this.ask(turn.question);
  }

  private async reveal(): Promise<void> {
    await this.updateComplete;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    this.querySelector(".turn:last-of-type")?.scrollIntoView({ block: "start", behavior });
  }

  /** From another part: written, not sent. */
  suggest(text: string): void {
    this.set({ draft: text });
    void this.focusOn("#question");
  }

  clear(): void {
    this.running?.abort();
    forget();
    hush();
    this.set({ turns: [], draft: "", warning: [], problem: "" });
  }
}

customElements.define("hotline-ask", AskView);
