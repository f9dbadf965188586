// 500 steps of batch 100: our head against the same steps in TensorFlow.js on WebAssembly.

import { createMatrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { fitHead, PLAIN_HEAD, runFit } from '../../src/head/fit.ts';
import { startTfjs } from '../../src/network/tfjs/session.ts';
import { medianSeconds, report } from './measure.ts';
import { trainTfjs, YARDSTICK } from './training-tfjs.ts';

await startTfjs();
for (const [rows, columns, labels, bar] of [
  [2000, 1280, 5, 4],
  [2000, 256, 2, 5],
]) {
  const random = createRandom(1, 'bench');
  const features = createMatrix(rows, columns);
  features.data.forEach((_, at) => {
    features.data[at] = random.normal();
  });
  const targets = Int32Array.from({ length: rows }, () => random.below(labels));
  const ours = await medianSeconds(3, () =>
    runFit(
      fitHead({ features, targets }, labels, {
        ...PLAIN_HEAD,
        seed: YARDSTICK.seed,
        optimizer: { kind: 'sgd', schedule: 'constant', ...YARDSTICK },
        l2: 0,
        earlyStoppingPatience: 0,
        evalStepInterval: YARDSTICK.steps,
      }),
    ),
  );
  const theirs = await medianSeconds(1, () => trainTfjs(features, targets, labels));
  report(
    `500 steps, ${rows} x ${columns}, ${labels} labels: TensorFlow.js`,
    `${theirs.toFixed(2)} s`,
  );
  report(`500 steps, ${rows} x ${columns}, ${labels} labels: imgdiag`, `${ours.toFixed(3)} s`);
  report('TensorFlow.js / imgdiag', (theirs / ours).toFixed(1), `>= ${bar}`);
}
