// The citizen endpoints of the service this page came from. No cookie goes along, and every failure has words of its own.

import { t } from "./i18n";

export interface Citation {
  number: number;
  document_id: string;
  passage_id: string;
  title: string;
  clause: string;
  path: string[];
  document_number: string | null;
  issuer: string | null;
  effective_from: string | null;
  repealed_on: string | null;
  quote: string;
  text: string;
  unverified: boolean;
}

export interface Sentence {
  text: string;
  citations: number[];
  verbatim: boolean;
}

export interface Answer {
  conversation_id: string;
  status: string;
  answer: string;
  sentences: Sentence[];
  citations: Citation[];
  nearest: { title: string; clause: string }[];
  ask: { question: string; options: string[] } | null;
  label: string;
  ai_generated: boolean;
  as_of: string;
}

export interface Look {
  title: string;
  type: string;
  category: string;
  place: string;
  urgent: boolean;
  missing: { field: string; question: string }[];
  advice: { kind: "emergency" | "route" | "answerable"; text: string; numbers: string[] } | null;
  statement: string;
}

export interface Filed {
  number: string;
  code: string;
  state: string;
  received_at: string;
}

export interface Progress {
  number: string;
  state: string;
  received_at: string | null;
  due: string | null;
  extended: boolean;
  reply: string;
  can_rate: boolean;
  step: number | null;
}

export type Part = { type: "delta"; text: string } | { type: "stage"; stage: string } | { type: "answer"; answer: Answer };

/** `retryAfter`: seconds until another try makes sense; 0 where it may be now or would not help. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

async function send(path: string, body: object, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  const request: RequestInit = {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", ...headers },
    credentials: "omit",
    ...(signal ? { signal } : {}),
  };
  const response = await fetch(`/v1/citizen/${path}`, request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Failure(t(navigator.onLine ? "unreachable" : "offline"), "offline");
  });
  if (response.ok) return response;
  throw await failureOf(response);
}

async function failureOf(response: Response): Promise<Failure> {
  const retry = Number(response.headers.get("retry-after")) || 0;
  const isProblem = (response.headers.get("content-type") ?? "").startsWith("application/problem+json");
  const problem = (isProblem ? await response.json() : {}) as { detail?: string; code?: string };
  const code = problem.code ?? String(response.status);
  if (response.status === 429) return new Failure(t("tooMany", { seconds: retry }), code, retry);
  if (response.status >= 500) return new Failure(t("unavailable", { seconds: retry || 5 }), code, retry || 5);
  return new Failure(problem.detail ?? t("refused"), code);
}

/** What comes of a question, part by part; ends with the answer. Aborting `signal` stops the server's work too. */
export async function* ask(question: string, conversation: string, signal: AbortSignal): AsyncGenerator<Part> {
  const body = { question, stream: true, ...(conversation ? { conversation_id: conversation } : {}) };
  const response = await send("inquiries", body, signal, { Accept: "text/event-stream" });
  for await (const part of frames(response.body!)) {
    if (part.type === "text-delta") yield { type: "delta", text: part.delta as string };
    else if (part.type === "data-stage") yield { type: "stage", stage: (part.data as { stage: string }).stage };
    else if (part.type === "data-answer") yield { type: "answer", answer: plain(part.data as Answer) };
    else if (part.type === "error") throw new Failure(part.errorText as string, "interrupted");
  }
}

/** The label comes in the brackets in which a text would show it. */
function plain(answer: Answer): Answer {
  return { ...answer, label: answer.label.replace(/^【|】$/g, "") };
}

async function* frames(body: ReadableStream<Uint8Array>): AsyncGenerator<{ type: string; [key: string]: unknown }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read().catch((error: unknown) => {
      throw (error as Error).name === "AbortError" ? error : new Failure(t("interrupted"), "interrupted");
    });
    if (done) throw new Failure(t("interrupted"), "interrupted");
    const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = events.pop()!;
    for (const event of events) {
      if (event === "data: [DONE]") return;
      if (event.startsWith("data: ")) yield JSON.parse(event.slice(6));
    }
  }
}

async function json<Reply>(path: string, body: object, headers?: Record<string, string>): Promise<Reply> {
  return (await (await send(path, body, AbortSignal.timeout(20_000), headers)).json()) as Reply;
}

export const look = (text: string, answers: Record<string, string>) => json<Look>("appeals", { text, answers });
export const file = (body: object, key: string) => json<Filed>("work-orders", body, { "Idempotency-Key": key });
export const progress = (number: string, code: string) => json<Progress>("progress", { number, code });
export const rate = (body: object, key: string) => json<Progress>("ratings", body, { "Idempotency-Key": key });
