// The version of this package.

import { createRequire } from 'node:module';

/** `1.2.3`, from package.json, two folders up from src/base as from dist/base. */
export function toolVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('../../package.json') as { version: string }).version;
}
