// Messages to and from the embedding page. Each goes to one exact origin and is taken from that origin's window alone.
// What was asked or filed is never in them: the site learns that something happened, not what.

export interface HostMessage {
  type: string;
  [key: string]: unknown;
}

export class Bridge {
  constructor(
    private readonly origin: string,
    private readonly hear: (message: HostMessage) => void,
  ) {
    if (this.isEmbedded) window.addEventListener("message", (event) => this.take(event));
  }

  get isEmbedded(): boolean {
    return window.parent !== window && this.origin !== "";
  }

  send(type: string, detail: unknown = null): void {
    if (this.isEmbedded) window.parent.postMessage({ hotline: 1, type, detail }, this.origin);
  }

  private take(event: MessageEvent): void {
    if (event.origin !== this.origin || event.source !== window.parent) return;
    if (event.data?.hotline === 1 && typeof event.data.type === "string") this.hear(event.data as HostMessage);
  }
}
