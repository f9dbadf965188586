// Choosing the L2 strength and fitting again, against 500 steps in TensorFlow.js on WebAssembly.

import { createMatrix, type Matrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { NO_FOLD } from '../../src/data/folds.ts';
import { type FitOptions, fitHead, PLAIN_HEAD, runFit } from '../../src/head/fit.ts';
import type { Arithmetic } from '../../src/head/objective-full.ts';
import { searchL2 } from '../../src/head/search-l2.ts';
import { fitStandardisation, standardise } from '../../src/head/standardise.ts';
import { startTfjs } from '../../src/network/tfjs/session.ts';
import { medianSeconds, report } from './measure.ts';
import { trainTfjs } from './training-tfjs.ts';

const [ROWS, COLUMNS, LABELS, FOLDS, VALIDATION_ROWS] = [2000, 1280, 5, 5, 200];
/** What the features vary along, as real ones do: far fewer directions than there are features. */
const FACTORS = 40;
/** The whole choice may take at most this share of the time of TensorFlow.js. */
const BAR = 0.5;

const fit: Omit<FitOptions, 'l2'> = {
  ...PLAIN_HEAD,
  optimizer: { kind: 'lbfgs', steps: 500 },
  earlyStoppingPatience: 0,
  evalStepInterval: 500,
  seed: 1,
};

const all = makeExamples();
const rows = [...all.targets.keys()];
const validation = rows.map((row) => (row < VALIDATION_ROWS ? 0 : NO_FOLD));
const folds = rows.map((row) => row % FOLDS);

await startTfjs();
const theirs = await medianSeconds(3, () => trainTfjs(all.features, all.targets, LABELS));
report(
  `500 steps, ${ROWS} x ${COLUMNS}, ${LABELS} labels: TensorFlow.js`,
  `${theirs.toFixed(2)} s`,
);
for (const arithmetic of ['auto', 'typescript'] as const) {
  await compare(`${VALIDATION_ROWS} validation rows, ${arithmetic}`, arithmetic, validation);
  await compare(`${FOLDS} inner folds, ${arithmetic}`, arithmetic, folds);
}

async function compare(
  what: string,
  arithmetic: Arithmetic,
  heldOut: readonly number[],
): Promise<void> {
  const options = { ...fit, arithmetic };
  let story = '';
  const ours = await medianSeconds(arithmetic === 'auto' ? 3 : 1, async () => {
    const choice = await searchL2(all, heldOut, LABELS, options);
    const standardisation = fitStandardisation(all.features);
    const scaled = { ...all, features: standardise(all.features, standardisation) };
    const run = fitHead(scaled, LABELS, { ...options, l2: choice.l2 });
    const { steps } = await runFit(run);
    story = `L2 ${choice.l2} of ${choice.path.length} tried, refit in ${steps} steps`;
  });
  report(`${what}: ${story}`, `${ours.toFixed(3)} s`);
  const bar = arithmetic === 'auto' ? `<= ${BAR}` : '';
  report('imgdiag / TensorFlow.js', (ours / theirs).toFixed(2), bar);
}

/** Rows of overlapping classes, in correlated features that are 0 or more. */
function makeExamples(): { targets: Int32Array; features: Matrix } {
  const random = createRandom(1, 'choice');
  const normal = (length: number) => Float64Array.from({ length }, () => random.normal());
  const loadings = Array.from({ length: COLUMNS }, () => normal(FACTORS));
  const centres = Array.from({ length: LABELS }, () => normal(FACTORS));
  const targets = Int32Array.from({ length: ROWS }, () => random.below(LABELS));
  const features = createMatrix(ROWS, COLUMNS);
  for (const [row, target] of targets.entries()) {
    const factors = normal(FACTORS).map((value, f) => 1.5 * value + 0.5 * centres[target][f]);
    for (const [column, loading] of loadings.entries()) {
      const sum = factors.reduce((total, value, f) => total + value * loading[f], 0);
      const value = sum / Math.sqrt(FACTORS) + random.normal();
      features.data[row * COLUMNS + column] = Math.max(0, value);
    }
  }
  return { features, targets };
}
