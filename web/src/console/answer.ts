/** One cited answer while it is written: what has come so far, its sources, how it ended. Stopping it is immediate. */
import { reactive } from "vue";
import { open } from "@/api/client";
import { Problem } from "@/api/problem";
import { frames } from "@/api/sse";
import type { components } from "@/api/schema";

export type Citation = components["schemas"]["CitationView"];
export type Answer = components["schemas"]["InquiryAnswer"];
export type Phase = "idle" | "working" | "done" | "stopped" | "failed";

const STAGES: Record<string, string> = {
  redact_pii: "正在遮蔽个人信息", screen_input: "正在检查", contextualise_question: "正在理解问题", route_intent: "正在判断事项",
  retrieve_evidence: "正在查找政策依据", compose_answer: "正在整理答复", resolve_citations: "正在核对出处", check_answer: "正在核对出处",
};

export function useAnswer() {
  const state = reactive({
    phase: "idle" as Phase, question: "", stage: "", text: "", citations: [] as Citation[], answer: null as Answer | null, problem: "",
    verdict: null as "up" | "down" | null,
  });
  let running: AbortController | null = null;
  /** What was asked before in this call: “那要多久？” means the same matter. */
  let conversation = "";

  async function ask(question: string): Promise<void> {
    stop();
    const mine = (running = new AbortController());
    Object.assign(state, { phase: "working", question, stage: "正在查找政策依据", text: "", citations: [], answer: null, problem: "", verdict: null });
    try {
      const response = await open("/v1/inquiries", { question, stream: true, ...(conversation ? { conversation_id: conversation } : {}) }, { accept: "text/event-stream", signal: mine.signal });
      for await (const frame of frames(response.body as ReadableStream<Uint8Array>)) {
        if (running !== mine) return;
        take(JSON.parse(frame.data) as Part);
      }
      if (running === mine && state.phase === "working") fail("答复中断，请再试一次。");
    } catch (error) {
      if (running !== mine || (error instanceof DOMException && error.name === "AbortError")) return;
      fail(error instanceof Problem ? error.message : "答复中断，请再试一次。");
    }
  }
  function take(part: Part): void {
    if (part.type === "data-stage") state.stage = STAGES[part.data.stage as string] ?? state.stage;
    else if (part.type === "text-delta") state.text += part.delta;
    else if (part.type === "data-citation") state.citations.push(part.data as unknown as Citation);
    else if (part.type === "data-answer") {
      state.answer = part.data as unknown as Answer;
      state.citations = [...state.answer.citations];
      conversation = state.answer.conversation_id;
      state.phase = "done";
    } else if (part.type === "error") fail(part.errorText ?? "答复中断，请再试一次。");
  }
  function fail(problem: string): void {
    Object.assign(state, { phase: "failed", problem });
  }
  /** Leaving the stream stops the work on the service too. */
  function stop(): void {
    running?.abort();
    running = null;
    if (state.phase === "working") state.phase = "stopped";
  }
  function clear(): void {
    stop();
    Object.assign(state, { phase: "idle", question: "", text: "", citations: [], answer: null, problem: "", verdict: null });
  }
  return { state, ask, stop, clear };
}
export type AnswerState = ReturnType<typeof useAnswer>["state"];

interface Part { type: string; delta?: string; errorText?: string; data: Record<string, unknown> }

export const isGrounded = (answer: Answer | null): boolean => Boolean(answer && answer.status === "answered" && answer.citations.length);
export const GROUNDS = (answer: Answer): { word: string; kind: "good" | "warn" | "bad" } => {
  if (!isGrounded(answer)) return { word: "依据不足", kind: "warn" };
  const sure = answer.answerability ?? 0;
  return sure >= 0.75 ? { word: "依据充分", kind: "good" } : { word: "依据一般，请核对", kind: "warn" };
};
