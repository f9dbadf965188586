// Another version of a decoder of our own, for one test.

import type { TestContext } from 'node:test';
import { FORMATS, type FormatId } from '../../src/images/formats.ts';

/** As if the decoder of `format` gave other pixels from now on. */
export function changeDecoderVersion(t: TestContext, format: FormatId, version: string): void {
  const decoder = FORMATS[format].decoder as { version: string };
  const before = decoder.version;
  decoder.version = version;
  t.after(() => {
    decoder.version = before;
  });
}
