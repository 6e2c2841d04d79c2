/** Every page of the work desk. A page adds its routes in `<page>/routes.ts`, loaded lazily: one chunk each. */
import { nextTick } from "vue";
import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from "vue-router";
import { routes as consoleRoutes } from "@/console/routes";
import { routes as dashboardRoutes } from "@/dashboard/routes";
import { routes as knowledgeRoutes } from "@/knowledge/routes";
import { loadSession, session, type RoleName } from "@/session/session";
import { tell } from "@/shared/toast";

declare module "vue-router" {
  interface RouteMeta {
    title: string;
    /** Who may open the page; the service decides again at every request. */
    roles?: RoleName[];
    open?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: "/sign-in", component: () => import("@/session/SignIn.vue"), meta: { title: "登录", open: true } },
  ...consoleRoutes,
  ...dashboardRoutes,
  ...knowledgeRoutes,
  { path: "/accounts", component: () => import("@/session/AccountsPage.vue"), meta: { title: "账号", roles: ["admin"] } },
  { path: "/:rest(.*)*", component: () => import("@/session/NotFound.vue"), meta: { title: "没有这个页面", open: true } },
];

export const router = createRouter({ history: createWebHistory("/"), routes });

router.beforeEach(async (to) => {
  if (!session.loaded) await loadSession().catch(() => undefined);
  if (to.meta.open) return true;
  if (!session.account) return { path: "/sign-in", query: wayBack(to) };
  if (session.account.must_change_password) return { path: "/sign-in", query: { next: to.fullPath, change: "1" } };
  if (to.meta.roles && !to.meta.roles.includes(session.account.role)) return { path: homeOf(session.account.role) };
  return true;
});
const part = (route: RouteLocationNormalized): string | undefined => route.path.split("/")[1];
router.afterEach((to, from) => {
  document.title = `${to.meta.title} · 12345 接诉即办`;
  // Another page: the keyboard and what reads aloud begin at its content, as they would had it been loaded anew.
  if (from.matched.length && part(to) !== part(from)) void nextTick(() => document.activeElement === document.body && document.getElementById("main")?.focus());
});

const ANEW = "hotline:own:anew";
/** A newer release has other files than the page that stands open: loaded anew it finds them, once; what was written is on this machine. */
router.onError(async (_, to) => {
  const isThere = await fetch("/livez", { cache: "no-store" }).then((reply) => reply.ok, () => false);
  const isFirst = sessionStorage.getItem(ANEW) !== to.fullPath;
  sessionStorage.setItem(ANEW, isThere && isFirst ? to.fullPath : "");
  if (isThere && isFirst) window.location.assign(to.fullPath);
  else tell("页面没有打开，请稍后再点一次。", "error");
});

const HOMES: Record<RoleName, string> = { seat_agent: "/console", unit_handler: "/console", supervisor: "/dashboard", knowledge_editor: "/knowledge", admin: "/accounts" };

/** Where to go after signing in; a failure at the identity provider comes back with the page's own address. */
function wayBack(to: RouteLocationNormalized): Record<string, string> {
  const failure = to.query.sign_in_error;
  return typeof failure === "string" ? { next: to.path, sign_in_error: failure } : { next: to.fullPath };
}

export function homeOf(role: RoleName): string {
  return HOMES[role];
}
