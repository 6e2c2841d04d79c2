/**
 * The steps a person can take on an order: who sees which button, and what it asks for. The service decides again at every
 * step; this table only keeps the screen to what makes sense now.
 */
import type { RoleName } from "@/session/session";
import type { Order, State } from "./orders";

export type Kind = "text" | "area" | "check" | "select" | "unit" | "units" | "number" | "moment" | "lines" | "task" | "choice" | "order";
export interface Input {
  name: string;
  label: string;
  kind: Kind;
  required?: boolean;
  hint?: string;
  options?: string[];
  initial?: unknown;
  /** Shown only while this holds. */
  when?: (given: Record<string, unknown>) => boolean;
}
export interface StepSpec {
  path: string;
  name: string;
  states: State[];
  roles: RoleName[];
  inputs: Input[];
  /** The button; the others stand in the menu. */
  primary?: boolean;
  danger?: boolean;
  /** Said in the dialog before it is sent. */
  note?: string;
  if?: (order: Order, unit: string | null) => boolean;
}
const HOTLINE: RoleName[] = ["seat_agent", "supervisor", "admin"];
const BOSS: RoleName[] = ["supervisor", "admin"];
const UNIT: RoleName[] = ["unit_handler"];
const AT_WORK: State[] = ["签收", "办理"];
const UNDER_WAY: State[] = ["派单", "签收", "办理"];
const OPEN: State[] = ["受理", "派单", "退单审核", "签收", "办理", "反馈", "审核", "回访"];
const leads = (order: Order, unit: string | null): boolean => order.lead === unit;
/** After review; or when the limit has ended without feedback (Article 23). */
const isFollowUpDue = (order: Order): boolean =>
  ["审核", "回访"].includes(order.state) || order.clocks.some((clock) => clock.kind === "feedback" && clock.late && !clock.stopped);
const area = (name: string, label: string, required = true, hint?: string): Input => ({ name, label, kind: "area", required, ...(hint ? { hint } : {}) });

export const STEPS: StepSpec[] = [
  { path: "direct-answers", name: "直接答复", states: ["受理"], roles: HOTLINE, inputs: [area("answer", "答复内容")], note: "答复后工单办结，请确认已当面答复诉求人。" },
  { path: "diversions", name: "分流告知", states: ["受理"], roles: HOTLINE, inputs: [{ name: "rule", label: "分流规则", kind: "text", required: true }, area("told", "已告知的内容")] },
  { path: "consultations", name: "派单会商", states: ["受理", "退单审核"], roles: HOTLINE, inputs: [{ name: "units", label: "会商单位", kind: "units", required: true }, area("note", "会商结论")] },
  { path: "objection-reviews", name: "审核退单", states: ["退单审核"], roles: BOSS, primary: true,
    inputs: [{ name: "upheld", label: "审核结论", kind: "choice", options: ["同意退单，重新派单", "不同意，由原单位办理"], required: true }, area("note", "审核意见")] },
  { path: "receipts", name: "签收", states: ["派单"], roles: UNIT, primary: true, inputs: [], if: leads },
  { path: "objections", name: "退单（派单异议）", states: ["派单", "签收"], roles: UNIT, danger: true, if: leads, note: "由热线审核后决定；异议理由会用于改进派单。",
    inputs: [area("grounds", "异议理由"), { name: "evidence", label: "依据（每行一条）", kind: "lines" }, { name: "proposed_unit", label: "建议的承办单位", kind: "unit" }] },
  { path: "contacts", name: "登记联系", states: ["派单", "签收", "办理"], roles: UNIT,
    inputs: [{ name: "reached", label: "已联系上诉求人", kind: "check", initial: true }, area("note", "联系情况", false)] },
  { path: "handlings", name: "开始办理", states: ["签收"], roles: UNIT, primary: true, if: leads, inputs: [area("plan", "办理计划", false)] },
  { path: "stage-reports", name: "阶段反馈", states: UNDER_WAY, roles: UNIT, inputs: [area("note", "办理进展")] },
  { path: "sub-tasks", name: "请协办", states: UNDER_WAY, roles: [...UNIT, ...BOSS],
    inputs: [{ name: "unit", label: "协办单位", kind: "unit", required: true }, area("task", "协办事项"), { name: "working_days", label: "几个工作日内", kind: "number", initial: 3, required: true }] },
  { path: "sub-task-reports", name: "协办报告", states: UNDER_WAY, roles: UNIT, if: (order, unit) => order.sub_tasks.some((task) => task.unit === unit && !task.done),
    inputs: [{ name: "task_id", label: "协办任务", kind: "task", required: true }, area("note", "办理情况"), { name: "done", label: "已完成", kind: "check", initial: true }] },
  { path: "whistles", name: "吹哨", states: UNDER_WAY, roles: UNIT, if: (_, unit) => Boolean(unit?.startsWith("street-")),
    inputs: [{ name: "units", label: "召集单位", kind: "units", required: true }, { name: "place", label: "集合地点", kind: "text", required: true }, { name: "meet_at", label: "集合时间", kind: "moment", required: true }] },
  { path: "extensions", name: "申请延期", states: AT_WORK, roles: UNIT, if: leads,
    inputs: [{ name: "days", label: "延期天数", kind: "number", initial: 3, required: true }, { name: "told_appellant", label: "已向诉求人说明延期原因", kind: "check", required: true }, area("reason", "延期原因")],
    note: "先向诉求人说明为什么延期，再申请（条例第十五条）；热线审核前时限不变。" },
  { path: "escalations", name: "提级", states: AT_WORK, roles: UNIT, if: leads, inputs: [{ name: "to", label: "提级到", kind: "unit", required: true }, area("note", "本单位为什么解决不了，需要上级做什么")] },
  { path: "extension-reviews", name: "审核延期", states: AT_WORK, roles: HOTLINE, primary: true, if: (order) => order.extension_days !== null,
    inputs: [{ name: "granted", label: "审核结论", kind: "choice", options: ["同意延期", "不同意"], required: true }, area("note", "审核意见", false)] },
  { path: "pauses", name: "暂停计时", states: AT_WORK, roles: HOTLINE,
    inputs: [{ name: "ground", label: "原因", kind: "select", required: true, options: ["等待诉求人补充材料", "诉求人要求暂缓", "依法进行鉴定、检测、公告等程序", "不可抗力"] }],
    if: (order) => !order.clocks.some((clock) => clock.paused) },
  { path: "resumptions", name: "恢复计时", states: AT_WORK, roles: HOTLINE, primary: true, inputs: [], if: (order) => order.clocks.some((clock) => clock.paused) },
  { path: "feedback", name: "反馈办理结果", states: ["办理"], roles: UNIT, primary: true, if: leads,
    inputs: [
      { name: "result", label: "办理结果", kind: "select", required: true, options: ["已解决", "部分解决", "已解释说明", "暂无法解决"] },
      area("reply", "答复内容"), { name: "told_appellant", label: "已告知诉求人", kind: "check" },
      { ...area("explanation", "暂时无法解决的原因"), when: (given) => given.result === "暂无法解决" },
      { name: "basis", label: "依据（每行一条）", kind: "lines" },
    ] },
  { path: "feedback-reviews", name: "审核反馈", states: ["反馈"], roles: HOTLINE, primary: true,
    inputs: [{ name: "passed", label: "审核结论", kind: "choice", options: ["通过", "退回重办"], required: true }, area("note", "审核意见", false)] },
  { path: "follow-ups", name: "登记回访", states: ["派单", "签收", "办理", "审核", "回访"], roles: HOTLINE, primary: true, if: isFollowUpDue,
    inputs: [
      { name: "channel", label: "回访方式", kind: "select", options: ["电话", "短信", "网络"], required: true, initial: "电话" },
      { name: "connected", label: "已接通", kind: "check", initial: true },
      area("opinion", "诉求人意见", false, "接通后写下诉求人的原话，可以按原话填写下面三项"),
      { name: "contacted", label: "工作人员是否联系过您", kind: "choice", options: ["是", "否"], when: (given) => Boolean(given.connected) },
      { name: "solved", label: "问题是否解决", kind: "choice", options: ["是", "否"], when: (given) => Boolean(given.connected) },
      { name: "satisfaction", label: "是否满意", kind: "select", options: ["满意", "基本满意", "不满意", "未评价"], initial: "未评价", when: (given) => Boolean(given.connected) },
    ] },
  { path: "closures", name: "办结", states: ["审核", "回访"], roles: HOTLINE, inputs: [{ name: "unsolved_approved", label: "未解决，经批准办结", kind: "check" }] },
  { path: "reopenings", name: "重新办理", states: ["办结", "回访"], roles: HOTLINE, inputs: [area("reason", "原因")] },
  { path: "supervisions", name: "督办", states: OPEN, roles: BOSS, danger: true, inputs: [area("note", "督办要求"), { name: "due", label: "完成期限", kind: "moment" }] },
  { path: "merges", name: "并单", states: ["受理", "派单", "退单审核", "签收", "办理"], roles: HOTLINE, inputs: [{ name: "into", label: "主单", kind: "order", required: true, hint: "输入编号或标题查找，选定后再并单" }],
    note: "并单后本单不再派单、不再计时，随主单办理；并单不能撤销，请先核实是同一件事。" },
];

export const canMerge = (state: State | undefined): boolean => STEPS.some((spec) => spec.path === "merges" && spec.states.some((one) => one === state));

export const stepsFor = (order: Order, role: RoleName, unit: string | null): StepSpec[] =>
  STEPS.filter((spec) => spec.roles.includes(role) && spec.states.includes(order.state) && (spec.if?.(order, unit) ?? true)).sort(
    (a, b) => Number(b.primary ?? false) - Number(a.primary ?? false),
  );

/** What is sent: choices become booleans, lines a list, times an instant; what is not shown is left out. */
export function bodyOf(spec: StepSpec, given: Record<string, unknown>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const input of spec.inputs) {
    const value = given[input.name];
    if ((input.when && !input.when(given)) || value === "" || value === undefined || value === null) continue;
    if (input.kind === "choice") body[input.name] = value === input.options?.[0];
    else if (input.kind === "lines") body[input.name] = String(value).split("\n").map((line) => line.trim()).filter(Boolean);
    else if (input.kind === "number") body[input.name] = Number(value);
    else if (input.kind === "moment") body[input.name] = new Date(String(value)).toISOString();
    else body[input.name] = value;
  }
  return body;
}
export const missingIn = (spec: StepSpec, given: Record<string, unknown>): string[] =>
  spec.inputs
    .filter((input) => input.required && (!input.when || input.when(given)))
    .filter((input) => input.kind === "check" ? !given[input.name] : (Array.isArray(given[input.name]) ? !(given[input.name] as unknown[]).length : given[input.name] === undefined || String(given[input.name]).trim() === ""))
    .map((input) => input.label);
