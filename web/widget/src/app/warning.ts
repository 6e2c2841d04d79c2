// Before something leaves this page that looks like personal data, the citizen decides.

import { html, type TemplateResult } from "lit";
import { t } from "./i18n";

export function personalWarning(kinds: string[], choose: (choice: "mask" | "keep" | "edit") => void): TemplateResult {
  return html`<div class="notice warn" role="alertdialog" aria-labelledby="personal-words">
    <p id="personal-words">${t("personal", { kinds: kinds.join("、") })}</p>
    <div class="choices">
      <button type="button" class="primary" @click=${() => choose("mask")}>${t("personalMask")}</button>
      <button type="button" @click=${() => choose("keep")}>${t("personalKeep")}</button>
      <button type="button" @click=${() => choose("edit")}>${t("personalEdit")}</button>
    </div>
  </div>`;
}
