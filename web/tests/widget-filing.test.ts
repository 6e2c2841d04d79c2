import { describe, expect, it } from "vitest";
import type { Look } from "../widget/src/app/api";
import { emptyDraft, isPhone, nextStep, submission } from "../widget/src/app/filing";

const look = (change: Partial<Look>): Look => ({
  title: "", type: "投诉", category: "", place: "", urgent: false, missing: [], advice: null, statement: "", ...change,
});
const danger = { kind: "emergency" as const, text: "", numbers: ["119"] };
const missing = [{ field: "when", question: "什么时候？" }];

describe("the next step", () => {
  it("tells of danger before anything is asked, and once", () => {
    expect(nextStep(look({ advice: danger, missing }), false)).toBe("advice");
    expect(nextStep(look({ advice: danger, missing }), true)).toBe("question");
  });

  it("asks what is missing, then for the phone", () => {
    expect(nextStep(look({ missing }), false)).toBe("question");
    expect(nextStep(look({}), false)).toBe("contact");
  });
});

it.each([["10012345678", true], ["+86 138 0013 8000", true], ["010-12345678", true], ["1234", false], ["手机", false], ["- - - - -", false]])(
  "%s is a phone: %s",
  (phone, expected) => expect(isPhone(phone)).toBe(expected),
);

it("submits what the service takes and nothing of the page", () => {
  expect(Object.keys(submission(emptyDraft())).sort()).toEqual(["answers", "call_back", "confidential", "name", "phone", "text"]);
});
