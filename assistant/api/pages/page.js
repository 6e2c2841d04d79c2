// The page works without this file. With it the answer appears while it is written, and the conversation stays on the page.
(() => {
  "use strict";
  const form = document.getElementById("ask");
  const box = document.getElementById("question");
  const log = document.getElementById("log");
  const count = document.getElementById("count");
  const send = form.querySelector(".send");
  const limit = Number(box.dataset.limit);
  const stages = {
    redact_pii: "正在遮蔽个人信息", screen_input: "正在检查问题", contextualise_question: "正在理解问题",
    route_intent: "正在判断事项", retrieve_evidence: "正在查找政策依据", compose_answer: "正在整理答复",
    resolve_citations: "正在核对出处", check_answer: "正在核对出处",
  };
  let busy = false;

  const segments = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("zh", { granularity: "grapheme" }) : null;
  const length = (text) => (segments ? [...segments.segment(text)].length : [...text].length);

  function showCount() {
    const used = length(box.value.normalize("NFKC").trim());
    count.textContent = used > limit * 0.8 ? ` ${used} / ${limit} 字` : "";
    count.className = used > limit ? "over" : "";
  }

  function element(tag, className, text) {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    return node;
  }

  function pending(question) {
    const article = element("article", "answer", "");
    const asked = element("p", "asked", "");
    asked.append(element("span", "who", "问"), question);
    const reply = element("div", "reply", "");
    const working = element("p", "working", "正在查找政策依据");
    const text = element("p", "text canned", "");
    reply.append(working, text);
    article.append(asked, reply);
    log.append(article);
    article.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    return { article, working, text };
  }

  // The server renders the finished answer from an auto-escaping template, the same one that the page without script shows.
  function finish(place, part) {
    const parsed = new DOMParser().parseFromString(part.html, "text/html");
    uniqueAnchors(parsed.body.firstElementChild);
    place.article.replaceWith(parsed.body.firstElementChild);
    form.elements.conversation_id.value = part.conversationId;
  }

  // Several answers on one page: [1] must lead to the sources of its own answer.
  function uniqueAnchors(article) {
    const turn = log.children.length;
    for (const item of article.querySelectorAll("[id]")) item.id = `t${turn}-${item.id}`;
    for (const link of article.querySelectorAll("sup a")) link.hash = `#t${turn}-${link.hash.slice(1)}`;
  }

  function take(place, part) {
    if (part.type === "stage") place.working.textContent = stages[part.stage] || place.working.textContent;
    else if (part.type === "text-delta") place.text.textContent += part.delta;
    else if (part.type === "answer") finish(place, part);
    else if (part.type === "error") throw new Error(part.errorText);
  }

  async function read(place, body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("答复中断，请重新提问，或拨打12345。");
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        if (!event.startsWith("data: ")) continue;
        if (event === "data: [DONE]") return;
        take(place, JSON.parse(event.slice(6)));
      }
    }
  }

  async function problem(response) {
    const wait = response.headers.get("retry-after");
    const type = response.headers.get("content-type") || "";
    if (type.startsWith("application/problem+json")) return (await response.json()).detail;
    if (response.status === 422) {
      const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
      return parsed.getElementById("problem")?.textContent || "问题不符合要求，请修改后再提交。";
    }
    return `服务暂时不可用，请${wait ? ` ${wait} 秒` : "稍"}后再试，或拨打12345。`;
  }

  async function ask(question) {
    const place = pending(question);
    const fields = new URLSearchParams(new FormData(form));
    fields.set("question", question);
    try {
      const response = await fetch("/", { method: "POST", body: fields, headers: { Accept: "text/event-stream" } });
      if (!response.ok) throw new Error(await problem(response));
      await read(place, response.body);
    } catch (error) {
      place.working.remove();
      const words = error instanceof TypeError ? "网络连接中断，请稍后再试，或拨打12345。" : error.message;
      place.text.textContent = words;
      box.value = box.value || question;
    }
  }

  async function submit(event, question) {
    event.preventDefault();
    if (busy || !question.trim()) return;
    busy = true;
    send.setAttribute("aria-disabled", "true");
    document.querySelector(".examples")?.remove();
    box.value = "";
    showCount();
    await ask(question);
    busy = false;
    send.removeAttribute("aria-disabled");
    box.focus({ preventScroll: true });
  }

  form.addEventListener("submit", (event) => submit(event, box.value));
  for (const example of document.querySelectorAll("form.example")) {
    example.addEventListener("submit", (event) => submit(event, example.elements.question.value));
  }
  box.addEventListener("input", showCount);
  // Enter asks, Shift+Enter breaks the line; Enter that ends an input method's composition does neither.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
