import { describe, expect, it, vi } from "vitest";
import { changedShare, difference } from "@/shared/difference";
import { highlight } from "@/console/highlight";
import { phoneIn } from "@/console/intake";
import { canRestore, emptyFields, propose, reject, restore, write } from "@/console/orderForm";
import { questionIn } from "@/console/questions";
import { isComposing, keysOf, remap, spell, takenBy } from "@/console/shortcuts";
import { bodyOf, missingIn, STEPS, stepsFor } from "@/console/steps";
import { evidenceOf } from "@/console/triage";
import { frames } from "@/api/sse";
import { verdictOf } from "@/console/feedback";
import { givenBack, type Order, type OrderEvent, type OrderLine } from "@/console/orders";
import { joined } from "@/console/queue";
import { unitNamed, type Unit } from "@/shared/catalogue";

const proposal = (value: string) => ({ value, confidence: 0.9, evidence: "“暖气不热”" });

describe("the order that fills itself", () => {
  it("takes proposals where no person has written, and never over a person's word", () => {
    const fields = emptyFields();
    propose(fields, { title: proposal("甲"), category: proposal("公共服务/供暖") });
    expect(fields.title).toMatchObject({ value: "甲", by: "ai" });
    write(fields.title, "我写的");
    propose(fields, { title: proposal("乙"), category: proposal("住房/物业管理") });
    expect(fields.title.value).toBe("我写的");
    expect(fields.category.value).toBe("住房/物业管理");
  });
  it("gives up a value that is no longer proposed", () => {
    const fields = emptyFields();
    propose(fields, { street: proposal("street-wangjing") });
    propose(fields, {});
    expect(fields.street).toMatchObject({ value: "", by: "nobody" });
  });
  it("lets a proposal be taken out and put back", () => {
    const fields = emptyFields();
    propose(fields, { category: proposal("公共服务/供暖") });
    reject(fields.category);
    expect(fields.category.value).toBe("");
    expect(canRestore(fields.category)).toBe(true);
    restore(fields.category);
    expect(fields.category).toMatchObject({ value: "公共服务/供暖", by: "ai" });
  });
  it("quotes its evidence by characters, also beyond the basic plane", () => {
    expect(evidenceOf("𠮷祥里暖气不热", [{ start: 3, end: 7 }])).toBe("“暖气不热”");
  });
  it("quotes no words twice, nor a mark alone", () => {
    const at = (start: number, end: number) => ({ start, end });
    expect(evidenceOf("居住证怎么办理？", [at(3, 7), at(3, 5), at(7, 8), at(0, 3)])).toBe("“居住证”、“怎么办理”");
  });
});

describe("the question in a citizen's words", () => {
  it.each([
    ["暖气不热。温度不达标能退费吗？", "温度不达标能退费吗？"],
    ["我家在望京，昨天开始停水了，一直没人管，请问自来水公司停水要提前几天通知居民，有什么规定吗", "有什么规定吗"],
    ["楼道灯坏了半个月。", ""],
    ["我刚搬来。居住证怎么办理？要多久？", "居住证怎么办理？要多久？"],
  ])("%s", (words, question) => expect(questionIn(words)).toContain(question));
});

describe("the queue", () => {
  it("shows an order once that moved while its pages were fetched", () => {
    const lines = (...ids: string[]) => ids.map((id) => ({ id }) as unknown as OrderLine);
    expect(joined(lines("a", "b"), lines("b", "c")).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });
});

describe("an order that was given back", () => {
  const event = (kind: string, unit: string, change: object) => ({ kind, unit, change }) as unknown as OrderEvent;
  const objection = event("DispatchObjection", "heating", { proposed_unit: "housing" });
  it("goes to the unit that was named instead, never to who gave it back", () => {
    expect(givenBack([objection, event("ObjectionReview", "", { upheld: true })])).toEqual({ by: ["heating"], instead: "housing" });
  });
  it("stays where the objection was not upheld", () => {
    expect(givenBack([objection, event("ObjectionReview", "", { upheld: false })])).toEqual({ by: [], instead: "" });
  });
  it("does not go in a circle", () => {
    const back = event("DispatchObjection", "housing", { proposed_unit: "heating" });
    const upheld = event("ObjectionReview", "", { upheld: true });
    expect(givenBack([objection, upheld, back, upheld])).toEqual({ by: ["heating", "housing"], instead: "" });
  });
});

describe("a unit that somebody types", () => {
  const units = [{ id: "a", name: "朝阳区住房和城乡建设委员会", aliases: ["区住建委"] }, { id: "b", name: "望京街道办事处", aliases: [] }, { id: "c", name: "东湖街道办事处", aliases: [] }] as unknown as Unit[];
  it.each([["区住建委", "a"], ["望京", "b"], ["街道", undefined], ["京", undefined], ["", undefined]])("%s", (typed, id) => expect(unitNamed(units, typed)?.id).toBe(id));
});

describe("what a person changed", () => {
  it("is shown by characters", () => {
    const pieces = difference("已更换阀门。", "已更换全部阀门！");
    expect(pieces.map((piece) => [piece.kind, piece.text])).toEqual([["same", "已更换"], ["added", "全部"], ["same", "阀门"], ["removed", "。"], ["added", "！"]]);
    expect(changedShare(pieces, "已更换阀门。")).toBeCloseTo(4 / 6);
  });
  it("is one piece where texts are too long to compare while typing", () => {
    expect(difference("甲".repeat(3000), "乙".repeat(3000)).map((piece) => piece.kind)).toEqual(["removed", "added"]);
  });
  it("gives the verdict", () => {
    expect([verdictOf("甲", "甲 "), verdictOf("甲", "乙"), verdictOf("甲", " ")]).toEqual(["accepted", "edited", "rejected"]);
  });
});

it("marks a quote whose closing mark the text lacks", () => {
  expect(highlight("室温不得低于18℃，按日退费", "室温不得低于18℃。").filter((part) => part.marked)).toEqual([{ text: "室温不得低于18℃", marked: true }]);
  expect(highlight("别的话", "没有的话")).toEqual([{ text: "别的话", marked: false }]);
});

it.each([["电话13800138000谢谢", "13800138000"], ["138-0013-8000", "13800138000"], ["１３８００１３８０００", "13800138000"], ["单号2138001380001", ""]])("finds the phone in %s", (words, phone) => expect(phoneIn(words)).toBe(phone));

describe("keys", () => {
  const press = (init: KeyboardEventInit & { keyCode?: number }) => new KeyboardEvent("keydown", init);
  it("are spelled the same on every keyboard layout", () => {
    expect(spell(press({ key: "˜", code: "KeyN", altKey: true }))).toBe("Alt+N");
    expect(spell(press({ key: "H", code: "KeyH", ctrlKey: true, shiftKey: true }))).toBe("Ctrl+Shift+H");
    expect(spell(press({ key: "?", code: "Slash", shiftKey: true }))).toBe("?");
    expect(spell(press({ key: "Alt", code: "AltLeft", altKey: true }))).toBe("");
  });
  it("belong to the input method while it composes", () => {
    expect(isComposing(press({ key: "Enter", isComposing: true }))).toBe(true);
    expect(isComposing(press({ key: "Enter" }))).toBe(false);
  });
  it("can be changed, switched off and put back", () => {
    remap("ask", "Alt+W");
    expect(keysOf("ask")).toBe("Alt+W");
    expect(takenBy("Alt+P", "ask")?.id).toBe("dispatch");
    remap("ask", "");
    expect(keysOf("ask")).toBe("");
    remap("ask", null);
    expect(keysOf("ask")).toBe("Alt+Q");
  });
});

describe("steps", () => {
  const order = (given: Partial<Order>): Order => ({ state: "办理", lead: "heating-supplier", sub_tasks: [], clocks: [], extension_days: null, ...given }) as unknown as Order;
  it("a unit is offered feedback on its own order only", () => {
    const paths = (unit: string) => stepsFor(order({}), "unit_handler", unit).map((spec) => spec.path);
    expect(paths("heating-supplier")).toContain("feedback");
    expect(paths("street-wangjing")).not.toContain("feedback");
  });
  it("a seat never decides an objection", () => {
    expect(stepsFor(order({ state: "退单审核" }), "seat_agent", null).map((spec) => spec.path)).not.toContain("objection-reviews");
  });
  it("what is asked becomes what is sent", () => {
    const feedback = STEPS.find((spec) => spec.path === "feedback")!;
    const given = { result: "已解决", reply: "已修好", told_appellant: true, explanation: "不该出现", basis: "条例第一条\n\n 第二条 " };
    expect(bodyOf(feedback, given)).toEqual({ result: "已解决", reply: "已修好", told_appellant: true, basis: ["条例第一条", "第二条"] });
    expect(missingIn(feedback, { result: "", reply: "" })).toEqual(["办理结果", "答复内容"]);
    const review = STEPS.find((spec) => spec.path === "feedback-reviews")!;
    expect(bodyOf(review, { passed: "退回重办" })).toEqual({ passed: false });
    expect(missingIn(review, {})).toEqual(["审核结论"]);
  });
});

it("reads frames however the network cuts them", async () => {
  const text = 'event: order\nid: 7\ndata: {"a":"不热"}\n\n: beat\n\ndata: x\r\n\r\ndata: [DONE]\n\ndata: never\n\n';
  const bytes = new TextEncoder().encode(text);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += 3) controller.enqueue(bytes.slice(at, at + 3));
      controller.close();
    },
  });
  const got = [];
  for await (const frame of frames(body)) got.push(frame);
  expect(got).toEqual([{ event: "order", id: "7", data: '{"a":"不热"}' }, { event: "message", id: "", data: "x" }]);
});

async function signedInAs(id: string | null): Promise<void> {
  const { loadSession } = await import("@/session/session");
  const reply = { account: id && { id }, csrf_token: null, expires_at: null, ways_in: { password: true, oidc: null } };
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(reply))));
  await loadSession();
  vi.unstubAllGlobals();
}
it("keeps nothing of a person who has signed out", async () => {
  const { keep } = await import("@/shared/drafts");
  await signedInAs(null);
  keep("call:3", { words: "演示" });
  expect(Object.keys(localStorage).filter((key) => key.endsWith("call:3"))).toEqual([]);
});
it("keeps drafts apart by account and forgets those of others", async () => {
  const { keep, kept, forgetOthers } = await import("@/shared/drafts");
  await signedInAs("me");
  localStorage.setItem("hotline:someone-else:call:1", "{}");
  localStorage.setItem("hotline:own:theme", "dark");
  keep("call:2", { words: "演示" });
  expect(kept("call:2")).toEqual({ words: "演示" });
  forgetOthers();
  expect(localStorage.getItem("hotline:someone-else:call:1")).toBeNull();
  expect(localStorage.getItem("hotline:own:theme")).toBe("dark");
  vi.setSystemTime(Date.now() + 25 * 3600_000);
  expect(kept("call:2")).toBeNull();
});
