/** The order a person has open: read, followed while others change it, and taken one step further under a key of its own. */
import { computed, onMounted, onUnmounted, reactive } from "vue";
import { newKey } from "@/api/client";
import { Problem } from "@/api/problem";
import { live } from "@/shared/live";
import { tell } from "@/shared/toast";
import { historyOf, lookAt, step, type Looked, type OrderEvent } from "./orders";

/** `isBusyElsewhere`: a dialog is open, so the ground must not move under the person. */
export function useOrderInHand(id: string, isBusyElsewhere: () => boolean, changed: () => void) {
  const state = reactive({ looked: null as Looked | null, events: [] as OrderEvent[], failed: "", newer: false, busy: false, problem: "", conflict: false });
  const order = computed(() => state.looked?.order ?? null);
  let key = newKey();

  const isOlder = (seen: Looked): boolean => seen.order.version < (state.looked?.order.version ?? 0);
  async function load(): Promise<void> {
    try {
      const [looked, events] = await Promise.all([lookAt(id), historyOf(id)]);
      if (isOlder(looked)) return;
      Object.assign(state, { looked, events, newer: false, conflict: false, problem: "", failed: "" });
    } catch (error) {
      state.failed = error instanceof Error ? error.message : "工单没有取到";
    }
  }
  async function peek(other: string | null): Promise<void> {
    if (!state.looked || (other && other !== id)) return;
    const seen = await lookAt(id).catch(() => null);
    // While a step of one's own is on its way, and for an answer that it overtook, nobody else has changed anything.
    if (!seen || state.busy || isOlder(seen) || seen.order.version === state.looked.order.version) return;
    if (isBusyElsewhere()) state.newer = state.conflict = true;
    else await load();
  }
  /** A new intention of the person: what is sent from now on is not what was sent before. */
  function begin(): void {
    key = newKey();
    Object.assign(state, { problem: "", conflict: false });
  }
  /** `taken` runs once the service has taken the step, before the screen shows the newest state. */
  async function send(path: string, body: Record<string, unknown>, said: string, taken: () => void): Promise<void> {
    if (!state.looked || state.busy) return;
    Object.assign(state, { busy: true, problem: "" });
    try {
      state.looked = await step(id, path, body, state.looked.etag, key);
      state.busy = false; // the next step need not wait until the history has been read again
      taken();
      tell(`${said}：${state.looked.order.number}`);
      changed();
      await load();
    } catch (error) {
      refused(error);
    } finally {
      state.busy = false;
    }
  }
  function refused(error: unknown): void {
    const said = error instanceof Problem ? error : null;
    state.conflict = said?.status === 412;
    state.problem = state.conflict ? "" : (said?.message ?? "没有提交成功，请再试一次。");
    if (!said?.isOutage) key = newKey();
  }
  let stop = (): void => undefined;
  onMounted(() => {
    void load();
    stop = live((other) => void peek(other));
  });
  onUnmounted(() => stop());
  return { state, order, load, begin, send };
}
