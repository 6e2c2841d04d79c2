import { describe, expect, it } from "vitest";
import { length, masked, newKey, personal } from "../widget/src/app/text";

describe("counting", () => {
  it("counts what a reader sees", () => {
    expect(length("  问👩‍👩‍👧𠮷  ")).toBe(3);
    expect(length("")).toBe(0);
  });
});

describe("personal data", () => {
  it.each([
    ["电话13812345678找我", ["手机号"]],
    ["电话１３８１２３４５６７８", ["手机号"]],
    ["138-1234-5678", ["手机号"]],
    ["证110105199003078888号", ["身份证号", "银行卡号"]],
    ["卡6222020200112233445", ["银行卡号"]],
    ["写信a.b@example.com", ["邮箱"]],
    ["编号20260101-0123456789，12345热线，110", []],
    ["京发〔2021〕18号 第一百二十条 2021年9月24日", []],
  ])("finds it in %s", (text, kinds) => {
    expect(personal(text)).toEqual(kinds);
  });

  it("masks numbers and leaves punctuation as it was written", () => {
    expect(masked("办证，电话１３８１２３４５６７８（本人）。")).toBe("办证，电话〔手机号〕（本人）。");
  });
});

describe("keys", () => {
  it("are long and never the same", () => {
    const keys = new Set(Array.from({ length: 50 }, newKey));
    expect(keys.size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/);
  });
});
