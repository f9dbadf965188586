// A temporary folder with the files that a test names.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** File contents by path below the folder, `/` between parts; a path that ends in `/` is a folder. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** A folder that is removed after the test. */
export function makeFolder(test: TestContext, tree: Tree = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'imgdiag-test-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(folder, name);
    if (name.endsWith('/')) {
      mkdirSync(file, { recursive: true });
    } else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }
  return folder;
}
