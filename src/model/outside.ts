// Keeps what is written for other purposes out of a model folder, which is passed on.

import path from 'node:path';
import { UsageError } from '../base/errors.ts';

/**
 * @param name of the option that names the place
 * @throws UsageError when `place` is the model folder or lies in it
 */
export function requireOutside(modelDir: string, name: string, place: string | undefined): void {
  if (place === undefined) return;
  const below = path.relative(path.resolve(modelDir), path.resolve(place));
  if (below === '..' || below.startsWith(`..${path.sep}`) || path.isAbsolute(below)) return;
  throw new UsageError(
    `expected --${name} outside of the model folder ${modelDir}, found ${place}`,
    {
      hint: `give another place, e.g. ${path.join(path.dirname(modelDir), name)}`,
    },
  );
}
