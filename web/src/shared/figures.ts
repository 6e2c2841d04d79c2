/** Numbers as people read them: 1,234 and 56.7%. */
const plain = new Intl.NumberFormat("zh-CN");
export const number = (value: number): string => plain.format(value);
export const percent = (value: number | null | undefined, digits = 1): string => (value === null || value === undefined ? "—" : `${(value * 100).toFixed(digits)}%`);
export const share = (part: number, whole: number): number | null => (whole ? part / whole : null);
