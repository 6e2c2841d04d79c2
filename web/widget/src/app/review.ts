// The last look before an appeal is submitted, and what the citizen takes away from it.

import { html, nothing, type TemplateResult } from "lit";
import type { Filed, Look } from "./api";
import { FIELDS, type Draft } from "./filing";
import { t, type Key } from "./i18n";

export function reviewPart(draft: Draft, look: Look, change: (field: string) => void): TemplateResult {
  const row = (name: Key, value: string, field: string) =>
    html`<div>
      <dt>${t(name)}</dt>
      <dd>
        <span>${value}</span>
        <button type="button" class="plain" aria-label=${t("change", { what: t(name) })} @click=${() => change(field)}>${t("change", { what: "" })}</button>
      </dd>
    </div>`;
  return html`<h2 tabindex="-1">${t("reviewTitle")}</h2>
    <dl class="review">
      ${row("what", draft.text, "text")}
      ${FIELDS.map((name) => (draft.answers[name] ? row(name, draft.answers[name]!, name) : nothing))}
      ${!draft.answers.where && look.place ? html`<div><dt>${t("where")}</dt><dd>${look.place}</dd></div>` : nothing}
      <div><dt>${t("category")}</dt><dd>${look.category.split("/").join(" · ")}</dd></div>
      ${row("contact", draft.phone + (draft.name ? `（${draft.name}）` : ""), "contact")}
      ${draft.confidential ? html`<div><dt></dt><dd>${t("confidential")}</dd></div>` : nothing}
      ${draft.callBack ? html`<div><dt></dt><dd>${t("callBack")}</dd></div>` : nothing}
    </dl>
    <p class="hint">${look.statement}</p>`;
}

export function filedPart(filed: Filed, send: (name: string, detail: unknown) => void, again: () => void): TemplateResult {
  const words = `${t("number")} ${filed.number}\n${t("code")} ${filed.code}`;
  return html`<div class="notice good">
      <h2 tabindex="-1">${t("filedTitle")}</h2>
      <dl class="ticket">
        <div><dt>${t("number")}</dt><dd>${filed.number}</dd></div>
        <div><dt>${t("code")}</dt><dd>${filed.code}</dd></div>
      </dl>
    </div>
    <p>${t("filedText")}</p>
    <div class="choices">
      <button type="button" class="primary" @click=${() => send("copy-text", words)}>${t("copyCode")}</button>
      <button type="button" @click=${() => send("go", { view: "progress", number: filed.number, code: filed.code })}>${t("progress")}</button>
      <button type="button" @click=${again}>${t("another")}</button>
    </div>`;
}
