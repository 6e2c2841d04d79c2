import type { Hook } from "./zh-CN";

// The hook for this language. A translator fills in every word of zh-CN; until then the window stays Chinese and says so.
const words: Hook = { untranslated: "藏文界面还没有译文，现在显示中文。" };

export default words;
