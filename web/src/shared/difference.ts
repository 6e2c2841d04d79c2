/** What a person changed in a draft, by characters: the shortest edit over the part between common beginning and end. */
export interface Piece { kind: "same" | "added" | "removed"; text: string }
const LARGEST = 1200;

export function difference(before: string, after: string): Piece[] {
  const [a, b] = [Array.from(before), Array.from(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return join([{ kind: "same", text: a.slice(0, start).join("") }, ...middle, { kind: "same", text: a.slice(a.length - end).join("") }]);
}
function between(a: string[], b: string[]): Piece[] {
  // Beyond this size the table would be slow to fill while somebody types: show the change as one piece.
  if (a.length * b.length > LARGEST * LARGEST || !a.length || !b.length) return [{ kind: "removed", text: a.join("") }, { kind: "added", text: b.join("") }];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] = a[i] === b[j] ? (common[at + width + 1] ?? 0) + 1 : Math.max(common[at + width] ?? 0, common[at + 1] ?? 0);
    }
  }
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      pieces.push({ kind: "same", text: a[i++] as string });
      j++;
    } else if (j >= b.length || (i < a.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))) pieces.push({ kind: "removed", text: a[i++] as string });
    else pieces.push({ kind: "added", text: b[j++] as string });
  }
  return pieces;
}
function join(pieces: Piece[]): Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces.filter((item) => item.text)) {
    const last = joined.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else joined.push({ ...piece });
  }
  return joined;
}
/** Share of the draft that was changed, 0 to 1. */
export function changedShare(pieces: Piece[], draft: string): number {
  const touched = pieces.filter((piece) => piece.kind !== "same").reduce((sum, piece) => sum + Array.from(piece.text).length, 0);
  return Math.min(1, touched / Math.max(1, Array.from(draft).length));
}
