// What a tab of looks.py does: shows a page that it is given as HTML, and says in sentences what is wrong about its layout.
window.looks = (() => {
  // WCAG 2.2, 1.4.12: whoever needs it has text spaced so, and loses nothing.
  const SPACING = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`;
  const FOR_SCREENS = `header, footer, nav, button, .nhsuk-button, [role=button], [type=submit], [role=search], .nhsuk-skip-link`;
  const A_PIXEL = 1.5;

  const show = (html, spaced) => new Promise(done => {
    document.open(); document.write(html); document.close();
    const look = () => {
      if (document.readyState !== "complete") return setTimeout(look, 5);
      const sheet = new CSSStyleSheet();
      if (spaced) sheet.replaceSync(SPACING);
      document.adoptedStyleSheets = [sheet];
      window.startScripts();
      if (spaced) document.querySelectorAll("details").forEach(one => one.open = true);
      setTimeout(done, 0);
    };
    look();
  });

  const quoted = text => `“${[...text.trim().replace(/\s+/g, " ")].slice(0, 50).join("")}”`;

  function layout(paper) {
    const known = new WeakMap();
    // Of an element: whether it is there for screen readers only, what cuts it, what it is painted on.
    const about = element => {
      if (!element) return { unseen: false, cutters: [], ground: null };
      if (known.has(element)) return known.get(element);
      const above = about(element.parentElement), style = getComputedStyle(element);
      const cuts = style.overflowX !== "visible" || style.overflowY !== "visible";
      const unseen = above.unseen || style.visibility === "hidden" || style.clip !== "auto" || style.opacity === "0";
      const isPainted = style.backgroundColor !== "rgba(0, 0, 0, 0)" || parseFloat(style.borderLeftWidth) > 0;
      const box = isPainted && style.display !== "inline" ? element.getBoundingClientRect() : null;
      const found = {
        unseen,
        cutters: cuts && element.localName !== "html" && element.localName !== "body" ? [...above.cutters, element] : above.cutters,
        ground: box ? { element, box } : above.ground,
      };
      known.set(element, found);
      return found;
    };
    const named = element => `<${element.localName}${element.className ? ` class="${element.className}"` : ""}>`;
    const wrong = new Set();
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (walk.nextNode()) {
      const node = walk.currentNode, parent = node.parentElement;
      if (!node.data.trim() || parent.closest("script, style, noscript, select, textarea") || !parent.checkVisibility()) continue;
      const { unseen, cutters, ground } = about(parent);
      if (unseen) continue;
      const words = `${quoted(node.data)} in ${named(parent)}`;
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        if (box.width < 1 || box.height < 1) continue;
        texts.push({ node, box, words });
        if (box.right > innerWidth + A_PIXEL || box.left < -A_PIXEL) wrong.add(`${words} goes beyond the edge`);
        if (ground && (box.right > ground.box.right + A_PIXEL || box.left < ground.box.left - A_PIXEL))
          wrong.add(`${words} goes beyond ${named(ground.element)}`);
        for (const cutter of cutters) {
          const edge = cutter.getBoundingClientRect();
          if (box.right > edge.right + A_PIXEL || box.left < edge.left - A_PIXEL || box.bottom > edge.bottom + 3 || box.top < edge.top - 3)
            wrong.add(`${words} is cut by ${named(cutter)}`);
        }
      }
    }
    texts.sort((one, other) => one.box.top - other.box.top);
    texts.forEach(({ node, box, words }, at) => {
      for (let next = at + 1; next < texts.length && texts[next].box.top < box.bottom - 1; next++) {
        const other = texts[next];
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - other.box.top;
        if (other.node !== node && across > A_PIXEL && down > 0.3 * Math.min(box.height, other.box.height))
          wrong.add(`${words} lies upon ${other.words}`);
      }
    });
    for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea, pre, table, img")) {
      const box = field.getBoundingClientRect();
      if (field.checkVisibility() && (box.right > innerWidth + A_PIXEL || box.left < -A_PIXEL)) wrong.add(`${named(field)} goes beyond the edge`);
    }
    const width = document.documentElement.scrollWidth;
    if (width > innerWidth) wrong.add(`the page scrolls sideways: it is ${width} px wide`);
    if (paper) {
      for (const one of document.querySelectorAll(FOR_SCREENS))
        if (one.checkVisibility() && one.getBoundingClientRect().height && !about(one).unseen) wrong.add(`${named(one)} is printed: ${quoted(one.innerText)}`);
      for (const head of document.querySelectorAll("thead"))
        if (getComputedStyle(head).display !== "table-header-group" || about(head).unseen) wrong.add("a table is printed without its heads");
    }
    return [...wrong];
  }

  const audit = async ({ context, ...options }) => {
    const found = await axe.run(context, { ...options, resultTypes: ["violations"] });
    return found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.target} (${one.help})`));
  };
  return { show, layout, audit };
})();
