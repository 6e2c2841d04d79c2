// What WCAG 2.2 (levels A and AA) asks of every page and axe-core does not look at. Each function returns the places that fail.
// Run through the debugger, so the page's own policy holds.
(() => {
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const UNSEEN = ".unseen, .quiet, .skip, .leap";
  const all = (what, root = document) => [...root.querySelectorAll(what)];
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !node.closest(UNSEEN);
  const html = (node) => node.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  const style = (node, part) => getComputedStyle(node, part);

  const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function rgba(colour) {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = colour;
    ink.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = ink.getImageData(0, 0, 1, 1).data;
    return { red, green, blue, alpha: alpha / 255 };
  }
  /** The colour behind `node`; null where a picture or a gradient is behind it. */
  function behind(node) {
    for (let each = node; each; each = above(each)) {
      if (style(each).backgroundImage !== "none") return null;
      if (rgba(style(each).backgroundColor).alpha > 0.99) return style(each).backgroundColor;
    }
    return "rgb(255, 255, 255)";
  }
  function luminance({ red, green, blue }) {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  }
  function contrast(one, other) {
    const [light, dark] = [luminance(rgba(one)), luminance(rgba(other))].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }
  const tells = (colour, back) => back === null || contrast(colour, back) >= 3;
  const above = (node) => node.parentElement ?? node.getRootNode().host ?? null;
  const around = (node) => behind(above(node) ?? node);

  /** Whether `node` can be brought into sight by scrolling something that is in sight itself. */
  function isInScroller(node) {
    for (let each = node.parentElement; each && each !== document.body; each = each.parentElement) {
      const box = each.getBoundingClientRect();
      if (/auto|scroll/.test(style(each).overflowX) && each.scrollWidth > each.clientWidth && box.right <= innerWidth + 1) return true;
    }
    return false;
  }
  /** Shortened here, but whole at another place of the page: nothing is lost. */
  const isElsewhere = (node) => document.body.textContent.split(node.title || node.textContent.trim()).length > 2;
  const ownText = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  function cut() {
    return all("body *").filter((node) => shown(node) && ownText(node) && !node.closest("svg, option")).filter((node) => {
      const { overflowX, overflowY } = style(node);
      const hides = (way) => way === "hidden" || way === "clip";
      return (hides(overflowX) && node.scrollWidth > node.clientWidth + 1) || (hides(overflowY) && node.scrollHeight > node.clientHeight + 2);
    }).filter((node) => !isElsewhere(node));
  }

  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
  const stops = new Map();

  window.criteria = {
    "1.1.1 non-text content": () => all("img, svg, canvas, [role=img], input[type=image], object").filter(shown).filter((node) => {
      const said = node.closest("[aria-hidden=true], [role=img][aria-label]") || node.getAttribute("alt") !== null || node.getAttribute("aria-label") || node.querySelector("title");
      return !said;
    }).map(html),
    "1.2 no sound, no film": () => all("audio, video, track, object, embed, marquee, bgsound").map(html),
    "1.3.2 meaningful sequence": () => all("body *").filter((node) => style(node).order !== "0" || /reverse/.test(style(node).flexDirection + style(node).flexWrap) || node.tabIndex > 0).map(html),
    "1.4.1 links in running text are underlined": () => all("p a[href], li > a[href]:not(:only-child)").filter((node) => shown(node) && [...node.parentElement.childNodes].some((child) => child.nodeType === 3 && /\p{L}{3}/u.test(child.data)))
      .filter((node) => style(node).display === "inline" && !style(node).textDecorationLine.includes("underline") && style(node).backgroundColor === "rgba(0, 0, 0, 0)").map(html),
    "1.4.10 nothing needs scrolling sideways": () => [
      ...(document.documentElement.scrollWidth > innerWidth ? [`${document.documentElement.scrollWidth} of ${innerWidth} px`] : []),
      ...all(CONTROLS).filter(shown).filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && !isInScroller(node)).map(html),
    ],
    "1.4.11 fields stand out": () => all("input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file]):not([type=submit]), select, textarea").filter(shown).filter((node) => {
      const { borderTopColor, borderTopWidth, backgroundColor } = style(node);
      return !(parseFloat(borderTopWidth) >= 1 && tells(borderTopColor, around(node))) && !tells(backgroundColor, around(node));
    }).map((node) => `${style(node).borderTopColor} on ${around(node)}: ${html(node)}`),
    "1.4.12 text spacing": () => {
      const before = new Set(cut());
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      const lost = cut().filter((node) => !before.has(node)).map(html);
      if (document.documentElement.scrollWidth > innerWidth) lost.push("the page scrolls sideways");
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
      return lost;
    },
    "2.4.2 page titled": () => (document.title.trim().length > 4 ? [] : [document.title]),
    "2.4.4 link purpose": () => all("a[href]").filter(shown).filter((node) => /^(点击这里|这里|点此|更多|详情|查看|here|more)?$/.test((node.getAttribute("aria-label") ?? node.innerText).trim())).map(html),
    "2.4.6 headings": () => [
      ...all("h1, h2, h3, h4").filter((node) => !node.textContent.trim()).map(html),
      ...(all("h1").filter((node) => node.checkVisibility()).length === 1 ? [] : [`${all("h1").length} first headings`]),
    ],
    "2.5.3 label in name": () => {
      const plain = (text) => text.replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
      return all("[aria-label]:is(a, button, summary, [role=button])").filter(shown).filter((node) => {
        const copy = node.cloneNode(true);
        all("[aria-hidden=true], .unseen, .quiet, .kbd", copy).forEach((part) => part.remove());
        return !plain(node.getAttribute("aria-label")).includes(plain(copy.textContent));
      }).map((node) => `${node.getAttribute("aria-label")} / ${node.innerText}`);
    },
    "2.5.7 nothing is dragged": () => all("[draggable=true]").map(html),
    "3.1.1 language": () => (/^(zh|en|ug|bo)/.test(document.documentElement.lang) ? [] : [document.documentElement.lang]),
    "4.1.1 no id twice": () => {
      const ids = all("[id]").map((node) => node.id);
      return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
    },
  };

  window.atWork = {
    /** Controls that can be reached by Tab, as far as the page says. */
    tabbable: () => all(CONTROLS).filter((node) => node.tabIndex >= 0 && !node.disabled && !node.closest("[inert]") && node.checkVisibility({ visibilityProperty: true }) && !node.matches("[type=radio], iframe"))
      .filter((node) => !node.closest("details:not([open])") || node.matches("summary")).filter((node) => !document.querySelector("dialog[open]") || node.closest("dialog[open]")),
    /** The keyboard goes before the first control of the page, or of the dialog that lies over it. */
    begin() {
      const first = document.querySelector("dialog[open]") ?? document.body;
      first.tabIndex = -1;
      first.focus();
      first.removeAttribute("tabindex");
    },
    /** Where the keyboard is: null beyond the page; `isKnown` when it has been there; what is wrong with how it shows. */
    stop() {
      let node = document.activeElement;
      while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
      if (!node || node === document.body || node === document.documentElement) return null;
      const isKnown = stops.has(node);
      const last = [...stops.keys()].at(-1);
      stops.set(node, true);
      const faults = [];
      if (node.localName.includes("-")) return { isKnown, faults }; // what is inside of a closed root is not ours to ask here
      const { outlineStyle, outlineWidth, outlineColor, outlineOffset } = style(node);
      if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) faults.push("2.4.7 no ring");
      else if (!tells(outlineColor, parseFloat(outlineOffset) < 0 ? behind(node) : around(node))) faults.push(`1.4.11 ring ${outlineColor} on ${around(node)}`);
      if (!isKnown && last && last.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING) faults.push("2.4.3 goes back in the page");
      const box = node.getBoundingClientRect();
      const xs = [box.left + 3, (box.left + box.right) / 2, box.right - 3], ys = [box.top + 3, (box.top + box.bottom) / 2, box.bottom - 3];
      const isSeen = xs.some((x) => ys.some((y) => { const top = node.getRootNode().elementFromPoint(x, y); return top && (node.contains(top) || top.contains(node)); }));
      if (!isSeen) faults.push("2.4.11 hidden by something else");
      return { isKnown, faults: faults.map((fault) => `${fault}: ${html(node)}`) };
    },
    missed() {
      return this.tabbable().filter((node) => !stops.has(node)).map((node) => `2.1.1 not reached: ${html(node)}`);
    },
    /** Controls whose edge a person's own colours would take away. */
    edgeless: () => all("button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, textarea").filter(shown).filter((node) => !["Top", "Bottom"].some((side) => parseFloat(style(node)[`border${side}Width`]) >= 1)).filter((node) => !style(node).textDecorationLine.includes("underline")).map(html),
    moving: () => document.getAnimations().filter((each) => each.playState === "running").map((each) => html(each.effect.target)),
  };
})();
