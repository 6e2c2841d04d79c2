// The turns of this visit. They live in this tab only, and nothing is kept before the first message is sent.

import type { Answer, Failure } from "./api";
import { t } from "./i18n";

export interface Turn {
  question: string;
  /** Sentences as they come; the finished answer replaces them. */
  lines: string[];
  answer?: Answer;
  failure?: Failure;
  stopped?: boolean;
}

const KEY = "hotline.conversation";

interface Kept {
  turns: { question: string; answer: Answer }[];
  elder: boolean;
}

// A browser may refuse storage to an embedded page: then the conversation lives as long as the page.
export function keep(turns: Turn[], elder: boolean): void {
  const finished = turns.flatMap(({ question, answer }) => (answer ? [{ question, answer }] : []));
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ turns: finished, elder } satisfies Kept));
  } catch {
    return;
  }
}

export function restore(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

export function forget(): void {
  try {
    sessionStorage.clear();
  } catch {
    return;
  }
}

export function answerText(answer: Answer): string {
  const lines = answer.sentences.length ? answer.sentences.map((s) => s.text + s.citations.map((n) => `[${n}]`).join("")) : [answer.answer];
  const sources = answer.citations.map((c) => `[${c.number}] 《${c.title}》${c.clause}${c.document_number ? `（${c.document_number}）` : ""}`);
  return [...lines, ...(sources.length ? [`${t("basis")}：`, ...sources] : []), `【${answer.label}】`].join("\n");
}

export function transcript(turns: Turn[], region: string, label: string): string {
  const said = turns.map(({ question, lines, answer }) => `${t("you")}：${question}\n${t("assistant")}：${answer ? answerText(answer) : lines.join("\n")}`);
  return [`${region} ${t("transcript")}`, label, "", ...said].join("\n\n");
}
