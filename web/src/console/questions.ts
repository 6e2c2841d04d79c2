/**
 * The question in a citizen's words, for the look-up: the last sentence that asks. A long sentence is cut to its asking end,
 * since the story before it only blurs what is sought.
 */
const ASKS = /[？?]|吗|怎么|如何|能不能|可不可以|是不是|多少|多久|哪里|哪儿|什么|为什么|是否|咋/u;
const LONG = 40;

export function questionIn(text: string): string {
  const sentences = text.match(/[^。！!；;\n？?]+[。！!；;？?]?/gu) ?? [];
  const asking = sentences.map((sentence) => sentence.trim()).filter((sentence) => ASKS.test(sentence)).at(-1);
  if (!asking) return "";
  return asking.length <= LONG ? asking : tailOf(asking);
}
function tailOf(sentence: string): string {
  const clauses = sentence.split(/[，,]/u);
  const first = clauses.findIndex((clause) => ASKS.test(clause));
  const from = (clauses[first] ?? "").length < 8 ? Math.max(0, first - 1) : first;
  return clauses.slice(from).join("，").trim();
}
