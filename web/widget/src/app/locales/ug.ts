import type { Words } from "./zh-CN";

// The hook for this language. A translator fills in every word of zh-CN; until then the window stays Chinese and says so.
const words: Partial<Words> = {};

export default words;
