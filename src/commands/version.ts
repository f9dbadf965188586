// Versions of imgdiag and of the engines that are installed.

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

/** Read from the package's folder: its exports may not name package.json. */
function installedVersion(name: string): string | undefined {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      const text = readFileSync(path.join(folder, name, 'package.json'), 'utf8');
      return (JSON.parse(text) as { version: string }).version;
    } catch {
      // Not in this one: Node.js looks through the folders above as well.
    }
  }
  return undefined;
}
