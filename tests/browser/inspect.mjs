// Opens pages in a real browser and says what it finds: one browser for all pages.
//
// Reads a job on standard input, { browser, pages: [{ name, file, views, keyboard, pdf }] }, and
// writes { pages: [{ name, views, keyboard }] } on standard output. It judges nothing: the tests do.
// Policies of content are bypassed, so that a script which only they would stop is seen to run.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PAGES_AT_ONCE = 2;
const MOST_STOPS = 4000;
// How long one step may take on a machine that is busy, in milliseconds.
const PATIENCE = 300_000;
// What a form of a page that has some looks like: it goes to the server that the page is of.
const OWN_FORM = "form[action^='/']:not([action^='//'])";
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";

// The text spacing that WCAG 1.4.12 asks a page to bear.
const SPACED = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`;

/** A tab that stays open from page to page, and collects what each page does. */
async function tabOf(browser, options) {
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(PATIENCE);
  const tab = await context.newPage();
  const seat = { tab, address: "", deeds: {} };
  tab.on("console", (it) => seat.deeds.console.push(`${it.type()}: ${it.text()}`));
  tab.on("pageerror", (it) => seat.deeds.console.push(`error: ${it.message}`));
  tab.on("dialog", (it) => (seat.deeds.dialogs.push(it.message()), it.dismiss()));
  tab.on("request", (it) => it.url() !== seat.address && seat.deeds.requests.push(it.url()));
  return seat;
}

/** Loads a page; what it does from now on is in the object returned. */
async function load(seat, page) {
  seat.deeds = { console: [], requests: [], dialogs: [] };
  seat.address = pathToFileURL(page.file).href;
  await seat.tab.goto(seat.address, { waitUntil: "load" });
  return seat.deeds;
}

/** Looks at a loaded page one way: its width, zoom, colours, medium. */
async function view(tab, wanted, forms) {
  const { zoom, text } = wanted;
  await tab.setViewportSize({
    width: Math.round(wanted.width / zoom),
    height: Math.round(wanted.height / zoom),
  });
  await tab.emulateMedia({
    media: wanted.media,
    colorScheme: wanted.scheme,
    forcedColors: wanted.forced ? "active" : "none",
  });
  const asked = (text === 1 ? "" : `html { font-size: ${text * 100}% }`) + (wanted.spaced ? SPACED : "");
  await tab.evaluate(prepare, { open: wanted.open, asked });
  const shape = await tab.evaluate(measure, { enlarged: text > 1, own: forms ? OWN_FORM : null });
  if (wanted.screenshot) await tab.screenshot({ path: wanted.screenshot, fullPage: true });
  const violations = wanted.axe ? await axe(tab) : [];
  return { name: wanted.name, ...shape, violations };
}

/** Runs axe-core and keeps what it refuses. */
async function axe(tab) {
  const result = await tab.evaluate(
    (tags) => window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }),
    RULES,
  );
  return result.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}

/** Lists the global names that a page added to those of a blank one. */
function ownGlobals() {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const usual = new Set(Object.getOwnPropertyNames(frame.contentWindow));
  frame.remove();
  return Object.getOwnPropertyNames(window).filter((name) => !usual.has(name) && !/^\d+$/.test(name));
}

/** Opens or closes the details, and puts the reader's own style in place of the one before. */
function prepare({ open, asked }) {
  for (const details of document.querySelectorAll("details")) details.open = open;
  document.getElementById("reader")?.remove();
  if (asked === "") return;
  const style = document.createElement("style");
  style.id = "reader";
  style.textContent = asked;
  document.head.append(style);
}

/**
 * Measures what does not fit and words of a few letters stacked over more than three lines (but for text twice as
 * large on the smallest screen), and lists what could be active.
 */
function measure({ enlarged, own }) {
  const SHORT_WORD = /(?<!\p{L})\p{L}{2,8}(?!\p{L})/gu;
  const root = document.documentElement;
  const shown = (element) => element.tagName.toLowerCase() + (element.id ? `#${element.id}` : "")
    + [...element.classList].map((name) => `.${name}`).join("");
  const all = [...document.querySelectorAll("body *")];
  const style = (element) => getComputedStyle(element);
  const within = (element) => {
    for (let at = element.parentElement; at; at = at.parentElement)
      if (/auto|scroll/.test(style(at).overflowX)) return true;
    return false;
  };
  const unseen = (element) => {
    for (let at = element; at; at = at.parentElement)
      if (style(at).clipPath !== "none") return true;
    return false;
  };
  const breaks = (node) => {
    if (node.nodeType !== Node.TEXT_NODE) return false;
    const range = document.createRange();
    return [...node.data.matchAll(SHORT_WORD)].some(({ index, 0: word }) => {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 3;
    });
  };
  const wide = all.filter((element) =>
    element.getBoundingClientRect().right > root.clientWidth + 1 && !within(element));
  const clipped = all.filter((element) =>
    /hidden|clip/.test(style(element).overflowX) && style(element).clipPath === "none"
    // A field scrolls under its own edges.
    && !/^(input|select|textarea)$/i.test(element.tagName)
    && element.scrollWidth > element.clientWidth + 1);
  const stacked = enlarged ? [] : all.filter((element) => !unseen(element) && [...element.childNodes].some(breaks));
  const active = all.filter((element) =>
    (/^(script|iframe|object|embed|form|link|base)$/i.test(element.tagName) && !(own && element.matches(own)))
    || element.hasAttribute("formaction")
    || [...element.attributes].some((it) => /^on/i.test(it.name) || /^\s*javascript:/i.test(it.value)));
  return {
    overflow: Math.max(0, root.scrollWidth - root.clientWidth),
    wide: wide.slice(0, 10).map(shown),
    clipped: clipped.slice(0, 10).map(shown),
    stacked: stacked.slice(0, 10).map(shown),
    active: active.map(shown),
    text: document.body.innerText,
  };
}

/** Walks a loaded page by Tab alone, opening by Enter each detail that is met. */
async function keyboard(tab) {
  const stops = [];
  for (let at = 0; at < MOST_STOPS; at += 1) {
    await tab.keyboard.press("Tab");
    const stop = await tab.evaluate(focused, STOPS);
    // A field of several parts, such as a date, is one stop.
    if (stop && stop.index >= 0 && stop.index === stops.at(-1)?.index) continue;
    if (!stop || stops.some((earlier) => earlier.index === stop.index && stop.index >= 0)) break;
    if (stop.detail === "closed") {
      await tab.keyboard.press("Enter");
      stop.opened = await tab.evaluate(() => document.activeElement.parentElement.open);
    }
    stops.push(stop);
  }
  const expected = await tab.evaluate(
    (wanted) => [...document.querySelectorAll(wanted)]
      .filter((it) => it.tabIndex >= 0 && it.checkVisibility()).length,
    STOPS,
  );
  return { stops, expected };
}

/** Describes the element that has the focus; nothing when none has. */
function focused(wanted) {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  // Of an element larger than the window, a point that is in it.
  const x = Math.max(0, box.left) + Math.min(box.width / 2, 5);
  const y = Math.max(0, box.top) + Math.min(box.height / 2, 5);
  const top = document.elementFromPoint(x, y);
  const closed = element.tagName === "SUMMARY" && !element.parentElement.open;
  return {
    name: (element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent).replace(/\s+/g, " ").trim().slice(0, 200),
    tag: element.tagName.toLowerCase(),
    index: [...document.querySelectorAll(wanted)].indexOf(element),
    outlined: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
    height: box.height,
    uncovered: top !== null && (element.contains(top) || top.contains(element)),
    detail: closed ? "closed" : null,
  };
}

/** Looks at a page in all the ways asked, then prints it, then walks it with script off. */
async function inspect(seats, page) {
  const { tab } = seats.plain;
  const deeds = await load(seats.plain, page);
  const globals = await tab.evaluate(ownGlobals);
  await tab.evaluate(AXE);
  const views = [];
  for (const wanted of page.views) views.push(await view(tab, wanted, page.forms));
  if (page.pdf) {
    await tab.emulateMedia({ media: null, colorScheme: "light", forcedColors: "none" });
    await tab.evaluate(prepare, { open: false, asked: "" });
    await tab.pdf({ path: page.pdf, tagged: true, outline: true, preferCSSPageSize: true, printBackground: true });
  }
  if (!page.keyboard) return { name: page.name, globals, deeds, views, keyboard: null };
  const walked = await load(seats.scriptless, page);
  return { name: page.name, globals, deeds, views, keyboard: { ...(await keyboard(seats.scriptless.tab)), deeds: walked } };
}

const job = JSON.parse(readFileSync(0, "utf8"));
const browser = await chromium.launch({ executablePath: job.browser, args: ["--no-sandbox"], timeout: PATIENCE });
try {
  const found = new Array(job.pages.length);
  const waiting = job.pages.entries();
  const worker = async () => {
    const seats = {
      plain: await tabOf(browser, {}),
      scriptless: await tabOf(browser, { viewport: { width: 1280, height: 800 }, javaScriptEnabled: false }),
    };
    for (const [at, page] of waiting) found[at] = await inspect(seats, page);
  };
  await Promise.all(Array.from({ length: PAGES_AT_ONCE }, worker));
  process.stdout.write(JSON.stringify({ pages: found }));
} finally {
  await browser.close();
}
