/**
 * What a person has written but not sent, on this machine: it survives a reload and an outage, and is gone after signing out.
 * Names hold the account, so that the next person at a shared seat never sees them.
 */
import { account } from "@/session/session";

const AGE_MS = 24 * 3600_000;
const name = (key: string): string => `hotline:${account.value?.id ?? "nobody"}:${key}`;

export function keep(key: string, value: unknown): void {
  if (!account.value) return; // a proposal that arrives after signing out must leave nothing on the machine
  try {
    localStorage.setItem(name(key), JSON.stringify({ at: Date.now(), value }));
  } catch {
    // A full or forbidden store: the page goes on without a safety net.
  }
}
export function kept<T>(key: string): T | null {
  try {
    const found = JSON.parse(localStorage.getItem(name(key)) ?? "null") as { at: number; value: T } | null;
    return found && Date.now() - found.at < AGE_MS ? found.value : null;
  } catch {
    return null;
  }
}
export function forget(key: string): void {
  localStorage.removeItem(name(key));
}
export function keptKeys(prefix: string): string[] {
  const start = name(prefix);
  return Object.keys(localStorage).filter((key) => key.startsWith(start)).map((key) => key.slice(name("").length));
}
/** Another person's leftovers, from a browser that was closed without signing out. */
export function forgetOthers(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("hotline:") && !key.startsWith("hotline:own:") && !key.startsWith(name(""))) localStorage.removeItem(key);
  }
}
