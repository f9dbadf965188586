// The main job on the drawn legs of this repository, as a user would type it.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

imgdiag('retrain', '--image_dir', 'fixtures/healthdiag', '--steps', '500');
imgdiag('classify', 'fixtures/diagnose/leg005.jpg');

function imgdiag(...words: string[]): void {
  console.log(`\n$ imgdiag ${words.join(' ')}`);
  const started = performance.now();
  const cli = ['bin/imgdiag.mjs', ...words];
  const { status } = spawnSync(process.execPath, cli, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  console.log(`(${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
