/**
 * The question in a citizen's words, for the look-up: the last sentence that asks, with short ones that ask right before it
 * (居住证怎么办？要多久？: the last names no matter). A long sentence is cut to its asking end: the story before it only blurs.
 */
const ASKS = /[？?]|吗|怎么|如何|能不能|可不可以|是不是|多少|多久|哪里|哪儿|什么|为什么|是否|咋/u;
const LONG = 40;

export function questionIn(text: string): string {
  const sentences = text.match(/[^。！!；;\n？?]+[。！!；;？?]?/gu) ?? [];
  const said = sentences.map((sentence) => sentence.trim());
  const at = said.map((sentence) => ASKS.test(sentence)).lastIndexOf(true);
  let asking = said[at] ?? "";
  for (let before = at - 1; ASKS.test(said[before] ?? "") && (said[before] + asking).length <= LONG; before--) asking = said[before] + asking;
  return asking.length <= LONG ? asking : tailOf(asking);
}
function tailOf(sentence: string): string {
  const clauses = sentence.split(/[，,]/u);
  const first = clauses.findIndex((clause) => ASKS.test(clause));
  const from = (clauses[first] ?? "").length < 8 ? Math.max(0, first - 1) : first;
  return clauses.slice(from).join("，").trim();
}
