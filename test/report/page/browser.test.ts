import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { renderReport } from '../../../src/report/page/render.ts';
import { NO_BROWSER, openBrowser } from '../../helpers/browser.ts';
import {
  findBadLabels,
  findBadStructure,
  findBrokenImages,
  findFaintText,
  findOverflow,
} from '../../helpers/page-checks.ts';
import { CASES } from '../../helpers/report-cases.ts';
import { ROOT } from '../../helpers/run-cli.ts';

/** Pages and images of them, to be looked at. */
const OUTPUT = path.join(ROOT, 'test-output');
const PHONE = 360;
const DESK = 1280;
/** Within its margins, in pixels of 1/96 inch. */
const A4 = { width: 688, height: 1000 };

let browser: Browser;
before(async () => {
  if (NO_BROWSER !== false) return;
  mkdirSync(OUTPUT, { recursive: true });
  browser = await openBrowser();
});
after(() => browser?.close());

/** Opens a file on a desk by day, and keeps what the page asks for and complains of. */
async function open(file: string) {
  const page = await browser.newPage({ viewport: { width: DESK, height: 900 } });
  const complaints: string[] = [];
  const requested: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url().slice(0, 80)}`));
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  // tsx wraps functions so that they keep their names; the page has no such helper.
  await page.evaluate('globalThis.__name = (wrapped) => wrapped');
  return { page, complaints, requested: requested.filter((url) => !url.startsWith('data:')) };
}

async function assertFits(page: Page): Promise<void> {
  assert.deepEqual(await page.evaluate(findOverflow), []);
  assert.deepEqual(await page.evaluate(findBadLabels), []);
}

for (const [name, make] of CASES) {
  const title = `a report of ${name} reads well on a desk, by night, on a phone and on paper`;
  test(title, { skip: NO_BROWSER }, async () => {
    const stem = path.join(OUTPUT, `report-${name.replaceAll(' ', '-')}`);
    writeFileSync(`${stem}.html`, await renderReport(await make()));
    const { page, complaints, requested } = await open(`${stem}.html`);
    const shoot = (where: string) =>
      page.screenshot({ path: `${stem}-${where}.png`, fullPage: true });
    assert.deepEqual(await page.evaluate(findBadStructure), []);
    assert.deepEqual(await page.evaluate(findBrokenImages), []);
    await assertFits(page);
    assert.deepEqual(await page.evaluate(findFaintText), []);
    await shoot(`${DESK}-light`);

    await page.emulateMedia({ colorScheme: 'dark' });
    assert.deepEqual(await page.evaluate(findFaintText), []);
    await shoot(`${DESK}-dark`);

    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: PHONE, height: 800 });
    await assertFits(page);
    await shoot(`${PHONE}-light`);

    await page.emulateMedia({ colorScheme: 'light', media: 'print' });
    await page.setViewportSize(A4);
    await assertFits(page);
    const pdf = await page.pdf({ path: `${stem}.pdf`, format: 'A4' });
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');

    assert.deepEqual(complaints, []);
    assert.deepEqual(requested, [pathToFileURL(`${stem}.html`).href]);
    await page.close();
  });
}

test('the checks of pages see what is amiss', { skip: NO_BROWSER }, async () => {
  const file = path.join(OUTPUT, 'amiss.html');
  writeFileSync(
    file,
    `<body><h2>late</h2><p style="width:2000px;color:#999;background:#fff">wide</p>
    <svg role="img" width="50" height="20" viewBox="0 0 100 40"><text x="95" y="20" font-size="12">cut</text><text x="95" y="20" font-size="12">cut</text></svg>
    <img src="nowhere.jpg"><table><tr><th>x</th></tr></table><a href="#nowhere">x</a>`,
  );
  const { page, complaints } = await open(file);
  assert.equal(complaints.length, 2, String(complaints));
  const overflow = await page.evaluate(findOverflow);
  assert.deepEqual([overflow.length, overflow[1].slice(0, 2)], [2, '<p']);
  const labels = await page.evaluate(findBadLabels);
  assert.deepEqual(labels, [
    'small: cut',
    'small: cut',
    'cut off: cut',
    'cut off: cut',
    'on another: cut',
  ]);
  assert.deepEqual(await page.evaluate(findFaintText), ['2.85: wide']);
  assert.equal((await page.evaluate(findBadStructure)).length, 8);
  assert.deepEqual(await page.evaluate(findBrokenImages), ['']);
  await page.close();
});
