/**
 * What the appellant's own words say about a follow-up (`POST /v1/follow-ups/{id}/assessment`), as proposals in the form: each
 * is marked, can be taken back, and is recorded only by the person who sends the form. What a person chose stays.
 */
import { reactive } from "vue";
import { post } from "@/api/client";
import type { Input, StepSpec } from "./steps";

const ANSWERS = ["contacted", "solved", "satisfaction"] as const;
type Answer = (typeof ANSWERS)[number];
/** As far as the service reads. */
const LONGEST = 2000;
/** Kept with the form, so that a proposal is still known as one after a reload; no step has a field of this name. */
const KEPT = "own_words";
type Proposals = Partial<Record<Answer, unknown>>;

export function useOwnWords(orderId: string, spec: StepSpec, given: Record<string, unknown>) {
  const state = reactive({ busy: false, problem: "", label: "", ask: [] as string[], filled: [] as string[] });
  const isOffered = spec.path === "follow-ups";
  const inputOf = (name: Answer): Input | undefined => spec.inputs.find((input) => input.name === name);
  const proposals = (): Proposals => (given[KEPT] ?? {}) as Proposals;
  const isProposed = (name: string): boolean => name in proposals() && given[name] === proposals()[name as Answer];
  const isFree = (name: Answer): boolean => isProposed(name) || (given[name] ?? "") === (inputOf(name)?.initial ?? "");

  /** A choice is shown by its words, 是 or 否. */
  const shown = (name: Answer, said: unknown): unknown => (typeof said === "boolean" ? inputOf(name)?.options?.[said ? 0 : 1] : said);
  function propose(name: Answer, said: unknown): void {
    if (!isFree(name)) return;
    takeBack(name);
    if (said === null || said === undefined) return;
    given[name] = shown(name, said);
    given[KEPT] = { ...proposals(), [name]: given[name] };
    state.filled.push(inputOf(name)?.label ?? name);
  }
  function takeBack(name: string): void {
    if (!isProposed(name)) return;
    given[name] = inputOf(name as Answer)?.initial ?? "";
    given[KEPT] = Object.fromEntries(Object.entries(proposals()).filter(([other]) => other !== name));
  }
  async function fill(): Promise<void> {
    const said = String(given.opinion ?? "").trim().slice(0, LONGEST);
    if (!said || state.busy) return;
    Object.assign(state, { busy: true, problem: "", filled: [], ask: [] });
    try {
      const { data } = await post("/v1/follow-ups/{order_id}/assessment", { said }, { params: { order_id: orderId } });
      for (const name of ANSWERS) propose(name, data[name]);
      Object.assign(state, { label: data.label, ask: [...data.ask] });
    } catch (error) {
      state.problem = error instanceof Error ? error.message : "没有取到，请逐项填写。";
    } finally {
      state.busy = false;
    }
  }
  return { state, isOffered, isProposed, takeBack, fill };
}
