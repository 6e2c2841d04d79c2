/** Who is signed in, from `GET /v1/session`. One object for the whole page. */
import { computed, reactive, readonly } from "vue";
import { hook } from "@/api/client";
import { outage, problemOf } from "@/api/problem";

export type RoleName = "seat_agent" | "unit_handler" | "supervisor" | "knowledge_editor" | "admin";
export interface Account {
  id: string;
  login: string;
  name: string;
  role: RoleName;
  unit: string | null;
  unit_name: string | null;
  must_change_password: boolean;
}
interface SessionReply {
  account: Account | null;
  csrf_token: string | null;
  expires_at: string | null;
  ways_in: { password: boolean; oidc: string | null };
}

export const ROLE_NAMES: Record<RoleName, string> = {
  seat_agent: "坐席", unit_handler: "承办单位", supervisor: "班长 · 督办", knowledge_editor: "知识库编辑", admin: "系统管理员",
};

const state = reactive({
  account: null as Account | null,
  csrf: "",
  expiresAt: null as number | null,
  methods: { password: true, oidc: null as string | null },
  loaded: false,
  /** The service said 401 while a page was open: the page stays, with its drafts, until the person signs in again. */
  lapsed: false,
  reachable: true,
});
export const session = readonly(state);
export const account = computed(() => state.account);
export const isUnit = computed(() => state.account?.role === "unit_handler");

hook({
  csrfToken: () => state.csrf,
  onSignedOut: () => (state.lapsed = state.account !== null),
  onReachable: (reachable) => (state.reachable = reachable),
});

export async function loadSession(): Promise<void> {
  take(await call("GET"));
}
export async function signIn(login: string, password: string): Promise<void> {
  take(await call("POST", { login, password }));
}
export async function changePassword(current: string, wanted: string): Promise<void> {
  await call("PUT", { current_password: current, new_password: wanted }, "/v1/session/password");
  await loadSession();
}
export async function signOut(): Promise<void> {
  try {
    await call("DELETE");
  } finally {
    clearDrafts();
    take({ account: null, csrf_token: null, expires_at: null, ways_in: state.methods });
  }
}

/** Nothing of a person's work stays on a shared computer: every stored draft goes; looks and keys (`hotline:own:`) stay. */
function clearDrafts(): void {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("hotline:") && !name.startsWith("hotline:own:")) localStorage.removeItem(name);
  }
}

function take(reply: SessionReply): void {
  state.account = reply.account;
  state.csrf = reply.csrf_token ?? "";
  state.expiresAt = reply.expires_at ? Date.parse(reply.expires_at) : null;
  state.methods = reply.ways_in;
  state.loaded = true;
  state.lapsed = false;
}

async function call(method: string, body?: unknown, path = "/v1/session"): Promise<SessionReply> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body) headers["content-type"] = "application/json";
  if (method !== "GET" && state.csrf) headers["x-csrf-token"] = state.csrf;
  const response = await fetch(path, { method, headers, body: body ? JSON.stringify(body) : null, cache: "no-store" }).catch(() => {
    throw outage();
  });
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return text ? (JSON.parse(text) as SessionReply) : { account: null, csrf_token: null, expires_at: null, ways_in: state.methods };
}
