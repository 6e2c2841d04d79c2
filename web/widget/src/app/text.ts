// Counting as a reader counts, personal data in what is about to be sent, and times as people say them.

const segments = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("zh", { granularity: "grapheme" }) : null;

export function length(text: string): number {
  const plain = text.normalize("NFKC").trim();
  return segments ? [...segments.segment(plain)].length : [...plain].length;
}

// Digits may stand next to Han characters, so no word boundaries: what is not a digit ends a number.
const PERSONAL: readonly (readonly [string, RegExp])[] = [
  ["身份证号", /(?<!\d)\d{17}[\dXx](?!\d)/g],
  ["银行卡号", /(?<!\d)\d{16,19}(?!\d)/g],
  ["手机号", /(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/g],
  ["邮箱", /[\w.+-]+@[\w-]+\.[\w.]+/g],
];

// Full-width digits and letters are the same number; Chinese punctuation stays as it was written.
function halfWidth(text: string): string {
  return text.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff20\uff0e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
}

/** Kinds of personal data that seem to be in `text`. */
export function personal(text: string): string[] {
  const plain = halfWidth(text);
  return PERSONAL.filter(([, pattern]) => plain.search(pattern) >= 0).map(([kind]) => kind);
}

export function masked(text: string): string {
  return PERSONAL.reduce((said, [kind, pattern]) => said.replace(pattern, `〔${kind}〕`), halfWidth(text));
}

/** A time in Beijing, whatever the visitor's machine is set to. */
export function moment(iso: string | null, locale: string): string {
  if (!iso) return "";
  const form: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai", hour12: false };
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : "zh-CN", form).format(new Date(iso));
}

/** An unguessable key; `crypto.randomUUID` is missing on plain http. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
