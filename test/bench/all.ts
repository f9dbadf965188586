// Every benchmark, each in a process of its own; ratios are taken within one run.

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { machineLines, ROOT } from './measure.ts';

for (const line of machineLines()) console.log(line);
for (const name of [
  'pipeline',
  'engines',
  'training',
  'choice',
  'commands',
  'report',
  'labels',
  'near-duplicates',
]) {
  console.log(`\n${name}`);
  const file = path.join(ROOT, 'test', 'bench', `${name}.ts`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit' });
  process.exitCode ||= status ?? 1;
}
