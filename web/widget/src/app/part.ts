// Our elements render into the page itself: the iframe keeps styles apart, and labels may refer across elements.

import { LitElement } from "lit";

export abstract class Part<State extends object = object> extends LitElement {
  override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  /** Changes state and draws it. */
  protected set(change: Partial<State>): void {
    Object.assign(this, change);
    this.requestUpdate();
  }

  /** After drawing, puts the focus where the citizen goes on. */
  protected async focusOn(selector: string): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(selector)?.focus();
  }
}

export function emit(from: HTMLElement, name: string, detail: unknown = null): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

/** Enter sends and Shift+Enter breaks the line; Enter that ends an input method's composition does neither. */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
