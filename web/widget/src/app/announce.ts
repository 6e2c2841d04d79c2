// What a screen reader hears: one announcement a sentence, not one a token. The conversation itself is silent.

const KEPT = 40;

export function say(text: string): void {
  const log = document.getElementById("announcer");
  const words = text.replace(/\[\d+\]/g, "").trim();
  if (!log || !words) return;
  const line = document.createElement("p");
  line.textContent = words;
  log.append(line);
  if (log.childElementCount > KEPT) log.firstElementChild?.remove();
}

export function hush(): void {
  document.getElementById("announcer")?.replaceChildren();
}
