// A real Chromium without a window, for tests that open pages.

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export const CHROMIUM =
  process.env.CHROMIUM_PATH ?? USUAL_PLACES.find((place) => existsSync(place)) ?? null;

/** Why tests of pages are skipped, or false: in CI a missing browser is a failure. */
export const NO_BROWSER: string | false =
  CHROMIUM === null && process.env.IMGDIAG_REQUIRE_CHROMIUM === undefined
    ? 'no Chromium found: install it, or name it in CHROMIUM_PATH'
    : false;

export async function openBrowser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('IMGDIAG_REQUIRE_CHROMIUM is set, but no Chromium found');
  // The superuser, who runs CI, may not use Chromium's sandbox.
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}
