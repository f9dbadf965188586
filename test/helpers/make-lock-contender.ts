// A process that adds to a shared counter: `make-lock-contender.ts folder rounds`. It fails when
// another process is inside the lock at the same time.

import { open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../../src/base/lock.ts';

const [folder, rounds] = process.argv.slice(2);
const counter = path.join(folder, 'counter');
const inside = path.join(folder, 'inside');
for (let round = 0; round < Number(rounds); round++) {
  await withLock(path.join(folder, '.lock'), async () => {
    // Opened exclusively: throws where somebody else is in here.
    await (await open(inside, 'wx')).close();
    const count = Number(await readFile(counter, 'utf8'));
    await new Promise((resolve) => setImmediate(resolve));
    await writeFile(counter, `${count + 1}`);
    await rm(inside);
  });
}
