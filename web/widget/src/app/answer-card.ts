// One turn: the question, the sentences with their marks, the clauses behind them. Every text enters as a text node.

import { html, nothing, type TemplateResult } from "lit";
import type { Answer, Citation, Sentence } from "./api";
import { answerText, type Turn } from "./conversation";
import { t } from "./i18n";

export interface CardActions {
  copy(text: string): void;
  person(): void;
  file(question: string): void;
  progress(): void;
  retry(turn: Turn): void;
  reply(text: string): void;
}

export function card(turn: Turn, index: number, stage: string, actions: CardActions): TemplateResult {
  const { answer, failure } = turn;
  return html`<article class="turn ${answer?.status.split("_")[0] ?? ""}" aria-label=${turn.question}>
    <h2 class="asked"><span class="quiet">${t("you")}：</span>${turn.question}</h2>
    <div class="reply" data-label=${answer?.label ?? ""}>
      ${answer ? finished(answer, turn, index, actions) : [
        turn.lines.map((line) => html`<p class="line" lang="zh-CN">${line.replace(/\[\d+\]/g, "")}</p>`),
        failure || turn.stopped ? nothing : html`<p class="working">${stage}</p>`,
      ]}
      ${turn.stopped ? html`<p class="hint">${t("stopped")}</p>` : nothing}
      ${failure ? html`<hotline-failure .failure=${failure} @retry=${() => actions.retry(turn)}></hotline-failure>` : nothing}
    </div>
  </article>`;
}

function finished(answer: Answer, turn: Turn, index: number, actions: CardActions): TemplateResult {
  return html`
    <p class="label" lang="zh-CN">${answer.ai_generated ? html`<span class="tag">AI</span> ` : nothing}${answer.label}</p>
    ${answer.status === "handover_emergency" ? emergency() : nothing}
    ${answer.sentences.length ? answer.sentences.map((sentence) => line(sentence, index)) : html`<p class="canned" lang="zh-CN">${answer.answer}</p>`}
    ${answer.citations.length ? html`<h3>${t("basis")}</h3><ol class="sources">${answer.citations.map((item) => source(item, index, answer.as_of))}</ol>` : nothing}
    ${answer.nearest.length ? html`<h3>${t("nearest")}</h3><ul>${answer.nearest.map((item) => html`<li lang="zh-CN">${item.title} ${item.clause}</li>`)}</ul>` : nothing}
    ${answer.ask && answer.sentences.length ? html`<p class="line" lang="zh-CN">${answer.ask.question}</p>` : nothing}
    ${actionRow(answer, turn, actions)}
    ${answer.citations.length ? html`<p class="hint">${t("asOf", { day: answer.as_of })}</p>` : nothing}`;
}

function line(sentence: Sentence, index: number): TemplateResult {
  const marks = sentence.citations.map(
    (number) => html`<a class="mark" href="#s${index}-${number}" aria-label=${t("source", { number })} @click=${openSource}>${number}</a>`,
  );
  return html`<p class=${sentence.verbatim ? "line quoted" : "line"} lang="zh-CN">${sentence.text}${marks}</p>`;
}

/** Opens the clause and goes there; the address of the frame stays as it is. */
function openSource(event: Event): void {
  event.preventDefault();
  const item = document.getElementById((event.currentTarget as HTMLAnchorElement).hash.slice(1));
  const details = item?.querySelector("details");
  if (!details) return;
  details.open = true;
  details.querySelector("summary")?.focus();
}

function source(item: Citation, index: number, day: string): TemplateResult {
  const isPast = item.repealed_on !== null && item.repealed_on <= day;
  const state = isPast ? t("repealed") : item.unverified ? t("unverified") : t("inForce");
  return html`<li id="s${index}-${item.number}">
    <details>
      <summary>
        <span class="number">${item.number}</span>
        <span class="name" lang="zh-CN">${item.title} ${item.clause || item.path.at(-1) || ""}</span>
        <span class="state ${isPast || item.unverified ? "past" : ""}">${state}</span>
      </summary>
      <blockquote lang="zh-CN">${highlighted(item.text, item.quote)}</blockquote>
      <dl>
        ${fact(t("issuer"), item.issuer)} ${fact(t("documentNumber"), item.document_number)}
        ${fact(t("validity"), (item.effective_from ? t("since", { day: item.effective_from }) : "") + (item.repealed_on ? t("until", { day: item.repealed_on }) : ""))}
      </dl>
      <a class="button" href="/policies/${encodeURIComponent(item.document_id)}#p-${encodeURIComponent(item.passage_id)}" target="_blank" rel="noopener">${t("original")}</a>
    </details>
  </li>`;
}

function fact(name: string, value: string | null): TemplateResult | typeof nothing {
  return value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing;
}

/** The quoted part of a clause; its full stop may be missing there. */
function highlighted(text: string, quote: string): TemplateResult {
  // Lists of our guides begin with a dash in their source.
  [text, quote] = [text, quote].map((words) => words.replace(/^- /gm, "• ")) as [string, string];
  const sought = text.includes(quote) ? quote : quote.replace(/[。；;.]+$/, "");
  const at = text.indexOf(sought);
  if (!sought || at < 0) return html`${text}`;
  return html`${text.slice(0, at)}<mark>${sought}</mark>${text.slice(at + sought.length)}`;
}

function actionRow(answer: Answer, turn: Turn, actions: CardActions): TemplateResult {
  const isProgress = answer.status === "handover_progress";
  const wantsFiling = ["handover_appeal", "handover_person"].includes(answer.status);
  return html`<div class="choices">
    ${answer.ask?.options.map((option) => html`<button type="button" @click=${() => actions.reply(option)}>${option}</button>`)}
    ${isProgress ? html`<button type="button" class="primary" @click=${() => actions.progress()}>${t("lookUp")}</button>` : nothing}
    <button type="button" class=${wantsFiling ? "primary" : ""} @click=${() => actions.file(turn.question)}>${t("fileThis")}</button>
    <button type="button" @click=${() => actions.person()}>${t("notEnough")}</button>
    <button type="button" @click=${() => actions.copy(answerText(answer))}>${t("copy")}</button>
  </div>`;
}

export function emergency(): TemplateResult {
  const numbers = [["110", t("police")], ["119", t("fire")], ["120", t("doctor")], ["122", t("traffic")]] as const;
  return html`<div class="notice danger">
    <h3>${t("dangerTitle")}</h3>
    <p class="numbers">${numbers.map(([number, name]) => html`<a class="button danger" href="tel:${number}">${name}</a>`)}</p>
  </div>`;
}
