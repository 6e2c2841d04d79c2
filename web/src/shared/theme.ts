/** Light, dark or high contrast, kept on this machine; without a choice the system decides. */
import { ref } from "vue";

export type Theme = "system" | "light" | "dark" | "contrast";
export const THEMES: Record<Theme, string> = { system: "跟随系统", light: "浅色", dark: "深色", contrast: "高对比度" };
const KEY = "hotline:own:theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const contrast = matchMedia("(prefers-contrast: more)");
const stored = localStorage.getItem(KEY) as Theme | null;
export const theme = ref<Theme>(stored && stored in THEMES ? stored : "system");

export function applyTheme(): void {
  const system = contrast.matches ? "contrast" : dark.matches ? "dark" : "light";
  document.documentElement.dataset.theme = theme.value === "system" ? system : theme.value;
}
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  localStorage.setItem(KEY, chosen);
  applyTheme();
}
for (const query of [dark, contrast]) query.addEventListener("change", applyTheme);
