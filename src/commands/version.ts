// Versions of imgdiag and of the engines that are installed.

import { createRequire } from 'node:module';
import { messageOf } from '../base/errors.ts';

const require = createRequire(import.meta.url);

export async function versionLines(): Promise<string[]> {
  const engines = ['onnxruntime-node', '@tensorflow/tfjs-core', '@tensorflow/tfjs-node', 'sharp'];
  return [
    `imgdiag ${versionOf('../../package.json')}`,
    ...engines.map((name) => `${name} ${versionOf(`${name}/package.json`)}`),
    `node ${process.versions.node} on ${process.platform} ${process.arch}`,
  ];
}

function versionOf(specifier: string): string {
  try {
    return (require(specifier) as { version: string }).version;
  } catch (error) {
    return /not defined by "exports"/.test(messageOf(error)) ? 'installed' : 'not installed';
  }
}
