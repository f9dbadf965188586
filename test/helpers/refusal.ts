// Asserts that a synthetic graph is refused, by name and with a remedy.

import assert from 'node:assert/strict';
import { UnfitError } from '../../src/base/errors.ts';
import type { TfjsFiles } from '../../src/network/tfjs/graph.ts';
import { importSynthetic } from './synthetic-graph.ts';

export function assertRefused(files: TfjsFiles, message: RegExp, shape = [2, 7, 9, 3]): void {
  assert.throws(
    () => importSynthetic(files, shape),
    (error) => {
      assert.ok(error instanceof UnfitError, String(error));
      assert.match(error.message, message);
      assert.match(error.hint ?? '', /--engine tfjs/);
      return true;
    },
  );
}
