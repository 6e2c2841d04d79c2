// What the server wrote on the page and what the embedding site asked for.

export type View = "ask" | "file" | "progress";
export type Scheme = "auto" | "light" | "dark";

export interface PageSettings {
  region: string;
  label: string;
  maxQuestion: number;
}

export interface HostSettings {
  origin: string;
  locale: string;
  elder: boolean;
  scheme: Scheme;
  view: View;
}

const VIEWS: readonly string[] = ["ask", "file", "progress"];

export function pageSettings(root: HTMLElement = document.documentElement): PageSettings {
  const { region = "", label = "", maxQuestion = "300" } = root.dataset;
  return { region, label, maxQuestion: Number(maxQuestion) };
}

export function hostSettings(search: string = location.search): HostSettings {
  const given = new URLSearchParams(search);
  const view = given.get("view") ?? "";
  return {
    origin: given.get("origin") ?? "",
    locale: given.get("locale") ?? "",
    elder: given.get("elder") === "1",
    scheme: schemeOf(given.get("scheme")),
    view: VIEWS.includes(view) ? (view as View) : "ask",
  };
}

export function schemeOf(value: unknown): Scheme {
  return value === "light" || value === "dark" ? value : "auto";
}
