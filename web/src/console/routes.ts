import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/console",
    component: () => import("./ConsolePage.vue"),
    meta: { title: "工单台", roles: ["seat_agent", "unit_handler", "supervisor"] },
  },
  {
    path: "/console/orders/:id",
    component: () => import("./ConsolePage.vue"),
    meta: { title: "工单", roles: ["seat_agent", "unit_handler", "supervisor"] },
  },
];
