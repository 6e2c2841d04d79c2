import type { RouteRecordRaw } from "vue-router";

export const routes: RouteRecordRaw[] = [
  {
    path: "/knowledge",
    component: () => import("./KnowledgePage.vue"),
    meta: { title: "知识库", roles: ["knowledge_editor", "seat_agent", "unit_handler", "supervisor", "admin"] },
  },
];
