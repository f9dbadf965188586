// npm run kill -- [--kills N] [--damages N] [--seed S]: the long form of what test/commands/interrupted.test.ts does.

import { parseArgs } from 'node:util';
import { damageFiles } from './damages.ts';
import { makeGround } from './ground.ts';
import { killRuns } from './kills.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    damages: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const ground = await makeGround(40);
try {
  console.log(`damage: ${JSON.stringify(await damageFiles(ground, Number(values.damages), seed))}`);
  console.log(`kills: ${JSON.stringify(await killRuns(ground, Number(values.kills), seed))}`);
} finally {
  ground.remove();
}
