/** Server-sent events out of a response body: the value of each `data:` frame, `[DONE]` ends it. */
export interface Frame {
  event: string;
  id: string;
  data: string;
}

export async function* frames(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const frame = parse(part);
        if (frame?.data === "[DONE]") return;
        if (frame) yield frame;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parse(text: string): Frame | null {
  const frame: Frame = { event: "message", id: "", data: "" };
  const data: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === "data") data.push(value ?? "");
    else if (field === "event") frame.event = value ?? "";
    else if (field === "id") frame.id = value ?? "";
  }
  frame.data = data.join("\n");
  return data.length ? frame : null;
}
