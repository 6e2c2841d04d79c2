/** What the service says when it refuses: RFC 9457, with a sentence for people in `detail`. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfterS: number | null = null,
    readonly members: Record<string, unknown> = {},
  ) {
    super(detail);
  }

  /** The request never got an answer: the draft stays, and trying again is right. */
  get isOutage(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

export function outage(): Problem {
  return new Problem(0, "offline", "网络连接中断，内容已保存在本机，恢复后可继续。");
}

export async function problemOf(response: Response): Promise<Problem> {
  const wait = Number(response.headers.get("retry-after"));
  const retryAfter = Number.isFinite(wait) && wait > 0 ? wait : null;
  try {
    const body = (await response.json()) as Record<string, unknown>;
    const code = typeof body.code === "string" ? body.code : "unknown";
    const detail = typeof body.detail === "string" ? body.detail : fallback(response.status);
    return new Problem(response.status, code, detail, retryAfter, body);
  } catch {
    return new Problem(response.status, "unknown", fallback(response.status), retryAfter);
  }
}

const fallback = (status: number): string => `服务暂时不可用（${status}），请稍后再试。`;
