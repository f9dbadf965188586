// Versions of imgdiag and of the installed engines.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { toolVersion } from '../base/version.ts';

const ENGINES = ['onnxruntime-node', '@tensorflow/tfjs-core', '@tensorflow/tfjs-node', 'sharp'];

export function versionLines(): string[] {
  return [
    `imgdiag ${toolVersion()}`,
    ...ENGINES.map((name) => `${name} ${installedVersion(name) ?? 'not installed'}`),
    `node ${process.versions.node} on ${process.platform} ${process.arch}`,
  ];
}

/** Read from the package's folder, since its exports may not include package.json. */
function installedVersion(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      const text = readFileSync(path.join(folder, name, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // Not in this folder; Node.js also looks in those above.
    }
  }
  return undefined;
}
