// An appeal being written: what is known, what was answered, which step comes next.

import type { Look } from "./api";
import { newKey } from "./text";

export type Step = "describe" | "advice" | "question" | "contact" | "review" | "done";

export interface Draft {
  text: string;
  answers: Record<string, string>;
  phone: string;
  name: string;
  confidential: boolean;
  callBack: boolean;
  /** One for one submission: pressing twice, or sending again after a broken connection, makes one order. */
  key: string;
}

export const FIELDS = ["where", "object", "when", "demand"] as const;

export function emptyDraft(): Draft {
  return { text: "", answers: {}, phone: "", name: "", confidential: false, callBack: false, key: newKey() };
}

/** Danger and other bodies' matters are told before anything else is asked. */
export function nextStep(look: Look, wasTold: boolean): Step {
  if (look.advice && !wasTold) return "advice";
  return look.missing.length ? "question" : "contact";
}

export function isPhone(phone: string): boolean {
  return /^\+?[\d() -]{5,31}$/.test(phone.trim()) && phone.replace(/\D/g, "").length >= 5;
}

export function submission(draft: Draft): object {
  const { text, answers, phone, name, confidential, callBack } = draft;
  return { text, answers, phone: phone.trim(), name: name.trim(), confidential, call_back: callBack };
}
