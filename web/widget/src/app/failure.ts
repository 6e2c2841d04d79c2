// What went wrong, in words that say what to do, and another try when it makes sense.

import { html, type TemplateResult } from "lit";
import type { Failure } from "./api";
import { t } from "./i18n";
import { emit, Part } from "./part";

/** `<hotline-failure .failure>`; sends `retry`. */
export class FailureNote extends Part<{ left: number }> {
  failure!: Failure;
  left = 0;
  private timer = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    this.set({ left: this.failure.retryAfter });
    this.timer = window.setInterval(() => this.left > 0 && this.set({ left: this.left - 1 }), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override render(): TemplateResult {
    const waits = this.left > 0;
    return html`<div class="notice warn">
      <p>${this.failure.message}</p>
      <div class="choices">
        <button type="button" ?disabled=${waits} @click=${() => emit(this, "retry")}>
          ${waits ? t("retryIn", { seconds: this.left }) : t("retry")}
        </button>
        <a class="button" href="tel:12345">${t("call")}</a>
      </div>
    </div>`;
  }
}

customElements.define("hotline-failure", FailureNote);
