/** One call (or chat) in hand: what is said, what the assistant proposes while it is said, and the order being filled. */
import { reactive, watch } from "vue";
import { newKey, post } from "@/api/client";
import { Problem } from "@/api/problem";
import { forget, keep, kept, keptKeys } from "@/shared/drafts";
import { streetName } from "@/shared/catalogue";
import { emptyFields, propose, proposalsOf, type OrderFields } from "./orderForm";
import type { Triage } from "./triage";

export interface Line { speaker: "citizen" | "seat_agent"; text: string; at: number }
export interface Call {
  id: string; startedAt: number; lines: Line[]; composing: string; speaker: Line["speaker"]; phone: string; phoneBy: "rule" | "person" | "nobody";
  name: string; address: string; channel: string; confidential: boolean; complex: boolean; fields: OrderFields;
  lead: string; leadBy: "person" | "nobody"; reply: string; replyFrom: ReplySource | null; keys: { open: string; step: string };
  /** The order once it is opened: what follows goes to it, never to a second one. */
  orderId: string; number: string; code: string;
  /** How far it came from here: 已受理, 已派单 … */
  outcome?: string;
}
/** Where the answer given to the citizen came from: what was accepted, and what the person made of it. */
export interface ReplySource { answerId: string; proposed: string; label: string }

const PREFIX = "call:";
const THINK_MS = 700;
const LEAST = 6;

export function newCall(): Call {
  const id = newKey();
  return {
    id, startedAt: Date.now(), lines: [], composing: "", speaker: "citizen", phone: "", phoneBy: "nobody", name: "", address: "", channel: "电话",
    confidential: false, complex: false, fields: emptyFields(), lead: "", leadBy: "nobody", reply: "", replyFrom: null,
    keys: { open: newKey(), step: newKey() }, orderId: "", number: "", code: "",
  };
}
export const keptCalls = (): Call[] =>
  keptKeys(PREFIX).map((key) => kept<Call>(key)).filter((call): call is Call => Boolean(call)).sort((a, b) => b.startedAt - a.startedAt);
export const forgetCall = (id: string): void => forget(PREFIX + id);
export const isBlank = (call: Call): boolean => !call.lines.length && !call.composing.trim() && !call.orderId;
export const titleOf = (call: Call): string => call.fields.title.value || call.lines.find((line) => line.speaker === "citizen")?.text || call.composing || "新来电";

/** A mobile number as it is spoken into the record: only digits that stand alone. */
export const phoneIn = (text: string): string => /(?<![0-9])1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])/.exec(text.normalize("NFKC"))?.[0].replace(/[- ]/g, "") ?? "";

/** The moment in the offset of the place, as the order will show it. */
const beijing = (at: number): string => `${new Date(at + 8 * 3600_000).toISOString().slice(0, 19)}+08:00`;

/** What to ask next: what the order lacks, and where the words fit several places. */
export function questionsOf(triage: Triage | null): string[] {
  const place = triage?.place?.question ?? "";
  const missing = (triage?.extraction.missing ?? []).map(([, question]) => question);
  return [...new Set([place, ...missing].filter(Boolean))].slice(0, 3);
}

/** The 街乡 that a person chose, by name: said words may fit several, the person has settled it. */
const streetChosen = (call: Call): Promise<string> => streetName(call.fields.street.by === "person" ? call.fields.street.value : null);

export function useIntake(call: Call) {
  const state = reactive({ call, triage: null as Triage | null, triageId: "", others: 0, text: "", busy: false, problem: "", askedAt: 0 });
  let timer = 0;
  let running: AbortController | null = null;

  const said = (): Line[] => {
    const open = state.call.composing.trim();
    return open ? [...state.call.lines, { speaker: state.call.speaker, text: open, at: Date.now() }] : state.call.lines;
  };
  const words = (): string => said().filter((line) => line.speaker === "citizen").map((line) => line.text).join("\n");

  function add(): Line | null {
    const text = state.call.composing.trim();
    if (!text) return null;
    const line: Line = { speaker: state.call.speaker, text, at: Date.now() };
    state.call.lines.push(line);
    state.call.composing = "";
    if (line.speaker === "citizen" && state.call.phoneBy !== "person" && phoneIn(text)) Object.assign(state.call, { phone: phoneIn(text), phoneBy: "rule" });
    think(0);
    return line;
  }
  function think(wait = THINK_MS): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void triage(), wait);
  }
  async function triage(): Promise<void> {
    if (words().length < LEAST || state.call.orderId) return;
    running?.abort();
    const mine = (running = new AbortController());
    state.busy = true;
    try {
      const transcript = said().map(({ speaker, text }) => ({ speaker, text }));
      const address = [await streetChosen(state.call), state.call.address].filter(Boolean).join(" ") || null;
      const body = { text: "", transcript, received_at: beijing(state.call.startedAt), channel: state.call.channel, address, phone: state.call.phone || null };
      const reply = (await post("/v1/appeals", body, { signal: mine.signal })).data;
      if (running !== mine) return;
      take(reply.id, reply.text, reply.triages as unknown as Triage[]);
    } catch (error) {
      if (running === mine && !(error instanceof DOMException)) state.problem = error instanceof Problem ? error.message : "研判没有完成，可以手工填写。";
    } finally {
      if (running === mine) state.busy = false;
    }
  }
  function take(id: string, text: string, triages: Triage[]): void {
    const first = triages[0] ?? null;
    Object.assign(state, { triageId: id, triage: first, others: Math.max(0, triages.length - 1), text, problem: "" });
    if (!first) return;
    propose(state.call.fields, proposalsOf(first, first.demand || text));
    if (state.call.leadBy === "nobody") state.call.lead = first.units?.suggestions[0]?.unit_id ?? "";
  }
  // Another 街乡 has other units: they are ranked anew for the one that a person chose.
  const stopFollowing = watch(() => state.call.fields.street.by === "person" && state.call.fields.street.value, (street, before) => street !== before && think(0));
  function close(): void {
    window.clearTimeout(timer);
    running?.abort();
    stopKeeping();
    stopFollowing();
  }
  const save = (): void => (isBlank(state.call) ? forgetCall(state.call.id) : keep(PREFIX + state.call.id, state.call));
  const stopKeeping = watch(() => state.call, save, { deep: true, flush: "post" });
  if (words().length >= LEAST) think(0);
  return { state, add, think, triage, close, words };
}
export type Intake = ReturnType<typeof useIntake>;
