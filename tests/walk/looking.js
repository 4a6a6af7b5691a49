/* In every browser of the walks. What a page must be at any moment is asked for by name; whenever htmx replaces a part of a
   page, what went wrong is written to the console, where the walks listen. */
window.looking = (() => {
  const AT_LEAST = 24; // pixels, WCAG 2.5.8
  const ALLOWED_IN_DRAFT = "#panel, #aside, #panel-small, #status, #alert, #retry, #saved, [data-autosave]";
  const ALLOWED_IN_PAGE = "#page, #status, #alert, #retry, title";
  const byId = (id) => document.getElementById(id);
  const head = (element) => element.cloneNode(false).outerHTML.slice(0, 120);
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1; // a skip link is a dot until it has the focus

  // ------------------------------------------------------------------------------------------------------ at any moment
  function idsThatFail() {
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    const named = [...document.querySelectorAll("[aria-describedby], [aria-labelledby], label[for]")]
      .flatMap((one) => ["aria-describedby", "aria-labelledby", "for"].map((name) => one.getAttribute(name)))
      .filter(Boolean).flatMap((value) => value.trim().split(/\s+/));
    return [...twice, ...named.filter((id) => !byId(id))];
  }

  // What answers to a press: the control with its label, for a label is pressed as well.
  function reach(control) {
    const boxes = [control, ...(["checkbox", "radio"].includes(control.type) ? control.labels : [])].map((one) => one.getBoundingClientRect());
    const [left, top] = [Math.min(...boxes.map((one) => one.left)), Math.min(...boxes.map((one) => one.top))];
    const [right, bottom] = [Math.max(...boxes.map((one) => one.right)), Math.max(...boxes.map((one) => one.bottom))];
    return { control, left, top, right, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
  }

  // A link in a line of text is as high as its line. Its line holds other words, or it runs over several lines.
  function isInText(control) {
    if (control.tagName !== "A" || !getComputedStyle(control).display.startsWith("inline")) return false;
    const line = control.closest("p, li, td, th, dd, dt, figcaption, small, caption, h1, h2, h3, div");
    return line.textContent.trim().length > control.textContent.trim().length || control.getClientRects().length > 1;
  }

  const isSmall = ({ left, top, right, bottom }) => right - left < AT_LEAST - 0.5 || bottom - top < AT_LEAST - 0.5;

  // Small, and so near to another that a finger may press that one.
  function tooSmall() {
    const found = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(isShown).map(reach);
    const small = found.filter((one) => isSmall(one) && !isInText(one.control));
    const isNear = (one, other) => {
      if (other === one) return false;
      if (isSmall(other)) return Math.hypot(one.x - other.x, one.y - other.y) < AT_LEAST;
      const [across, down] = [Math.max(other.left - one.x, 0, one.x - other.right), Math.max(other.top - one.y, 0, one.y - other.bottom)];
      return Math.hypot(across, down) < AT_LEAST / 2;
    };
    return small.filter((one) => found.some((other) => isNear(one, other))).map(({ control }) => head(control));
  }

  // Each control in turn takes the focus: it must be marked, and not lie under the banner or anything else.
  function focusThatFails() {
    const before = document.activeElement;
    const failing = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
      .filter((one) => isShown(one) && !one.disabled).filter((one) => {
        before.blur();
        const plain = getComputedStyle(one).backgroundColor;
        one.focus();
        return document.activeElement !== one || !isMarked(one, plain) || !isOnTop(one);
      }).map(head);
    before.focus({ preventScroll: true });
    return failing;
  }

  function isMarked(focused, plain) {
    const label = focused.labels?.[0];
    const ground = groundOf(focused.parentElement);
    return [getComputedStyle(focused), ...(label ? [getComputedStyle(label, "::before")] : [])].some((style) => {
      const shadows = style.boxShadow.match(/(rgb|color|oklch|lab)\w*\([^)]*\)/g) ?? [];
      const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 ? [style.outlineColor] : [];
      const filled = style.backgroundColor === plain ? [] : [style.backgroundColor];
      return [...shadows, ...outline, ...filled].some((color) => standsOut(color, ground));
    });
  }

  // Of what of it is on the screen, some is on top.
  function isOnTop(focused) {
    const { left, top, right, bottom } = focused.getClientRects()[0];
    const [across, down] = [[Math.max(left, 0), Math.min(right, innerWidth)], [Math.max(top, 0), Math.min(bottom, innerHeight)]];
    const spots = [0.1, 0.5, 0.9].flatMap((part) => [0.1, 0.5, 0.9].map((other) => [across[0] + (across[1] - across[0]) * part, down[0] + (down[1] - down[0]) * other]));
    return spots.some(([x, y]) => {
      const found = document.elementFromPoint(x, y);
      return found && (focused.contains(found) || focused.labels?.[0]?.contains(found));
    });
  }

  // What scrolls sideways in its own box is reached with the keyboard and has a name. The lists of Django's admin are its own.
  function scrollsWithoutKeys() {
    const isWide = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1;
    const isNamed = (one) => one.getAttribute("role") === "region" && (one.ariaLabel || byId(one.getAttribute("aria-labelledby"))?.textContent.trim());
    return [...document.querySelectorAll("main *, #container *")].filter((one) => isWide(one) && isShown(one) && !one.closest("#changelist, input, textarea, select") && (one.tabIndex < 0 || !isNamed(one))).map(head);
  }

  // The words of a limit, as this browser draws them, and the curves of their chart.
  function wordsOverCurves() {
    return [...document.querySelectorAll(".app-trend")].filter(isShown).flatMap((chart) => {
      const curves = [...chart.querySelectorAll("polyline")];
      return [...chart.querySelectorAll(".app-trend__limit")].filter((words) => {
        const box = words.getBBox();
        return curves.some((curve) => Array.from({ length: 401 }, (_, part) => curve.getPointAtLength((curve.getTotalLength() * part) / 400)).some(({ x, y }) =>
          x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height));
      }).map((words) => words.textContent);
    });
  }

  // ------------------------------------------------------------------------------------------------------------ contrast
  // WCAG 1.4.11: what shows that something is a control, and the lines of drawings, stand out from their ground.
  const STANDS_OUT = 3;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function colorOf(css) { // [red, green, blue, opacity], of any color that this browser can paint
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }

  function brightness([red, green, blue]) {
    const [r, g, b] = [red, green, blue].map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function standsOut(css, ground) {
    const [color, behind] = [colorOf(css), colorOf(ground)];
    if (color[3] < 0.5) return false;
    const [light, dark] = [brightness(color), brightness(behind)].sort((one, other) => other - one);
    return (light + 0.05) / (dark + 0.05) >= STANDS_OUT;
  }

  function groundOf(element) {
    for (let one = element; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if (colorOf(backgroundColor)[3] > 0.5) return backgroundColor;
    }
    return "#fff";
  }

  const hasBorder = (style, ground) => ["Top", "Right", "Bottom", "Left"].every((side) => parseFloat(style[`border${side}Width`]) > 0 && standsOut(style[`border${side}Color`], ground));

  function controlStandsOut(control) {
    const ground = groundOf(control.parentElement);
    const drawn = ["radio", "checkbox"].includes(control.type) && getComputedStyle(control).opacity === "0";
    if (["radio", "checkbox"].includes(control.type) && !drawn) return true; // as the browser draws it
    const styles = drawn ? [getComputedStyle(control.labels[0], "::before")] : [getComputedStyle(control), getComputedStyle(control, "::before")];
    return styles.some((style) => hasBorder(style, ground)) || standsOut(styles[0].backgroundColor, ground) || styles[0].textDecorationLine === "underline"; // looks like a link
  }

  function faintControls() {
    const controls = "input:not([type=hidden], [type=submit], [type=image], [type=file]), select, textarea, .nhsuk-button, button.app-text-button";
    return [...document.querySelectorAll(controls)].filter((one) => isShown(one) && !one.disabled && one !== document.activeElement && !controlStandsOut(one)).map(head); // what is focused is looked at apart
  }

  // Of a drawing: lines and outlines, and what is filled without an outline. The faint lines of a grid only help to read.
  function faintLines() {
    return [...document.querySelectorAll("main svg :is(line, polyline, polygon, path, circle, rect)")].filter((one) => {
      if (!isShown(one.ownerSVGElement) || one.closest("defs") || one.matches(".app-chart__ground, .app-indicator__plain")) return false;
      const { stroke, fill } = getComputedStyle(one);
      const ground = groundOf(one.ownerSVGElement);
      const painted = [stroke, one.tagName === "line" || one.tagName === "polyline" ? "none" : fill].filter((paint) => paint !== "none");
      return painted.length > 0 && !painted.some((paint) => standsOut(paint, ground));
    }).map(head);
  }

  const faint = () => [...faintControls(), ...faintLines()];

  // ------------------------------------------------------------------------------------------------------- at each swap
  const swaps = new Map(); // request -> what was before its swap
  let seen = [];
  let regions = [];
  let acted = 0; // how often somebody pressed, typed or went on, or another request or swap began: what follows is not this swap's doing
  const observer = new MutationObserver((records) => seen.push(...records));
  const places = () => [...document.querySelectorAll("form :is(input, select, textarea)")].map((one) => {
    const { x, y } = one.getBoundingClientRect();
    return [one, x + scrollX, y + scrollY];
  });

  document.addEventListener("DOMContentLoaded", () => {
    regions = ["status", "alert"].map(byId);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  for (const event of ["pointerdown", "click", "keydown", "input", "change", "submit", "htmx:beforeRequest"]) document.addEventListener(event, () => (acted += 1), true);
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.shouldSwap) return;
    observer.takeRecords();
    seen = [];
    acted += 1;
    swaps.set(detail.xhr, { focused: document.activeElement, places: places(), acted, title: document.title, path: location.pathname });
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => setTimeout(() => {
    const before = swaps.get(detail.xhr);
    if (!before || !swaps.delete(detail.xhr)) return;
    seen.push(...observer.takeRecords());
    const isPage = detail.target.id === "page";
    const alone = before.acted === acted ? [...announcements(), ...changes(isPage), ...(isPage ? page(before) : part(before))] : [];
    const faults = [...alone, ...idsThatFail().map((id) => `id ${id}`)];
    for (const fault of faults) console.error(`after a swap on ${location.pathname}: ${fault}`);
    console.debug("a swap was looked at");
  }, 0));

  function announcements() {
    const times = (region) => seen.filter((record) => region.contains(record.target)).length;
    return regions.flatMap((region) => [
      ...(byId(region.id) === region && region.getAttribute("role") === region.id ? [] : [`the region ${region.id} was replaced`]),
      ...(times(region) > 1 ? [`${region.id} was said ${times(region)} times`] : []),
    ]);
  }

  // What changed, beyond what had to. A question that appears because another was answered meanwhile may.
  function changes(isPage) {
    const allowed = isPage ? ALLOWED_IN_PAGE : ALLOWED_IN_DRAFT;
    const mayChange = ({ target, type, attributeName }) => {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
      return !element || !element.isConnected || element.closest(allowed) || (type === "attributes" && element.closest("[data-show-if], dialog"))
        || (isPage && (element === document.body || (element === document.documentElement && attributeName === "style") || element === document.head))
        || (type === "attributes" && attributeName === "class" && element.matches("form, body, [data-mark]")); // htmx marks who asks, and the panel what it still asks
    };
    return seen.filter((record) => !mayChange(record)).map(({ target, type, attributeName }) => `${type} ${attributeName ?? ""} of ${head(target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement)}`);
  }

  function part({ focused, places: were }) {
    const revealed = seen.some((record) => record.attributeName === "hidden" && record.target.matches("[data-show-if]"));
    const moved = revealed ? [] : were.filter(([one, x, y]) => {
      const now = one.getBoundingClientRect();
      return one.isConnected && isShown(one) && Math.hypot(now.x + scrollX - x, now.y + scrollY - y) > 0.5;
    });
    const lost = focused !== document.body && (document.activeElement === document.body || !focused.isConnected);
    return [...moved.map(([one]) => `moved: ${head(one)}`), ...(lost ? [`the focus was lost from ${head(focused)}`] : [])];
  }

  // A new page: the focus on its errors, else on its heading; its title says so. Not where somebody went on already.
  function page(before) {
    const errors = byId("error-summary");
    const focused = document.activeElement;
    const title = document.querySelector("dialog[open]") ? null : document.title;
    return [
      ...(focused !== (errors ?? focused.closest("h1, #main")) ? [`the focus is on ${head(focused)}`] : []),
      ...(title !== null && title.startsWith("Error:") !== Boolean(errors) ? [`the title is ${title}`] : []),
      ...(title === before.title && location.pathname !== before.path ? [`the title is still ${title}`] : []),
    ];
  }

  return { idsThatFail, scrollsWithoutKeys, tooSmall, focusThatFails, wordsOverCurves, faint };
})();
