// What is asked of a page in a browser: each check runs inside the page and names what is amiss.
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Wider than the window, or parts that stick out of it and not into a box that scrolls. */
export function findOverflow(): string[] {
  const width = window.innerWidth;
  const root = document.scrollingElement ?? document.documentElement;
  const wide = root.scrollWidth > width ? [`the page is ${root.scrollWidth} wide`] : [];
  const outside = [...document.querySelectorAll('body *')].filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    const scrolls = element.parentElement?.closest('.scroll') ?? null;
    return scrolls === null && (right > width + 1 || left < -1);
  });
  return [...wide, ...outside.map((element) => element.outerHTML.slice(0, 120))];
}

/** Labels of charts that are small, cut off, or lie on each other. */
export function findBadLabels(): string[] {
  const SMALLEST = 11;
  return [...document.querySelectorAll<SVGSVGElement>('svg[role=img]')].flatMap((chart) => {
    const frame = chart.getBoundingClientRect();
    const texts = [...chart.querySelectorAll('text')];
    const boxes = texts.map((text) => text.getBoundingClientRect());
    const small = texts.filter((text) => {
      const scale = text.getScreenCTM()?.a ?? 0;
      return scale * Number.parseFloat(getComputedStyle(text).fontSize) < SMALLEST;
    });
    const cut = texts.filter((_, at) => {
      const { left, right, top, bottom } = boxes[at];
      return (
        left < frame.left - 1 ||
        right > frame.right + 1 ||
        top < frame.top - 1 ||
        bottom > frame.bottom + 1
      );
    });
    const covered = texts.filter((_, at) =>
      boxes.slice(0, at).some((other) => {
        const { left, right, top, bottom } = boxes[at];
        return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
      }),
    );
    return [
      ...small.map((text) => `small: ${text.textContent}`),
      ...cut.map((text) => `cut off: ${text.textContent}`),
      ...covered.map((text) => `on another: ${text.textContent}`),
    ];
  });
}

/** Text of less contrast than 4.5:1 to what is behind it (WCAG 2.2, 1.4.3). */
export function findFaintText(): string[] {
  const LEAST = 4.5;
  const channels = (colour: string) => {
    const [r = 0, g = 0, b = 0, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return { rgb: [r, g, b], alpha };
  };
  const backgroundOf = (element: Element): number[] => {
    const { rgb, alpha } = channels(getComputedStyle(element).backgroundColor);
    // Behind everything is white.
    if (element.parentElement === null) return alpha === 0 ? [255, 255, 255] : rgb;
    return backgroundOf(element.parentElement).map(
      (behind, at) => alpha * rgb[at] + (1 - alpha) * behind,
    );
  };
  // Relative luminance as WCAG defines it.
  const luminance = (rgb: readonly number[]) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const bearers = [...document.querySelectorAll('body *')].filter((element) =>
    [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    ),
  );
  return bearers.flatMap((element) => {
    if (element.tagName === 'title') return [];
    const style = getComputedStyle(element);
    const { rgb } = channels(element instanceof SVGElement ? style.fill : style.color);
    const [darker, lighter] = [luminance(rgb), luminance(backgroundOf(element))].sort(
      (a, b) => a - b,
    );
    const contrast = (lighter + 0.05) / (darker + 0.05);
    return contrast >= LEAST
      ? []
      : [`${contrast.toFixed(2)}: ${element.textContent?.slice(0, 60)}`];
  });
}

/** Structure that a screen reader relies on. */
export function findBadStructure(): string[] {
  const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')];
  const levels = headings.map(({ tagName }) => Number(tagName[1]));
  const jumps = headings.filter((_, at) => levels[at] > (levels[at - 1] ?? 0) + 1);
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  const links = all('a[href^="#"]').filter(
    (link) => document.getElementById(link.getAttribute('href')?.slice(1) ?? '') === null,
  );
  const ids = all('[id]').map(({ id }) => id);
  return [
    ...jumps.map((heading) => `heading out of order: ${heading.textContent}`),
    ...(levels.filter((level) => level === 1).length === 1 ? [] : ['not exactly one h1']),
    ...(new Set(ids).size === ids.length ? [] : ['an id occurs twice']),
    ...(document.documentElement.lang === 'en' ? [] : ['no language']),
    ...links.map((link) => `leads nowhere: ${link.outerHTML}`),
    ...all('table:not(:has(> caption))').map(() => 'a table without a caption'),
    ...all('th:not([scope])').map((cell) => `a heading cell without scope: ${cell.textContent}`),
    ...all('img:not([alt]), img[alt=""]').map(() => 'an image without words'),
    ...all('svg:not([aria-hidden], [aria-label])').map(() => 'a chart without words'),
  ];
}

/** Images that did not load. */
export function findBrokenImages(): string[] {
  return [...document.images].filter((one) => one.naturalWidth === 0).map(({ alt }) => alt);
}
