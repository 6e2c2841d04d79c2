import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  { path: "/dashboard", component: () => import("./DashboardPage.vue"), meta: { title: "总览", roles: ["supervisor", "unit_handler"] } },
];
