import type { Words } from "./zh-CN";

// The hook for this language: what stands here replaces zh-CN word by word. A translator fills it in.
const words: Partial<Words> = {};

export default words;
