/** What people made of the assistant's words, for learning and for the figures of adoption. Losing one line is no harm. */
export interface Feedback {
  answerId?: string; orderId?: string; draftId?: string; proposed?: string; final?: string; verdict?: "up" | "down"; reason?: string; question?: string;
  fields?: Record<string, "accepted" | "edited" | "rejected">;
}
export function sendFeedback(feedback: Feedback): void {
  void feedback;
}
