import type { RouteRecordRaw } from "vue-router";

const meta = { title: "知识库", roles: ["knowledge_editor" as const, "seat_agent" as const, "unit_handler" as const, "supervisor" as const, "admin" as const] };
const component = () => import("./KnowledgePage.vue");

// One component for all three: the list stays while documents and drafts are opened beside it.
export const routes: RouteRecordRaw[] = [
  { path: "/knowledge/:kind(documents|drafts)?/:id?", component, meta },
];
