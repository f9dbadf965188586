// Choosing the L2 strength and fitting again, against 500 steps in TensorFlow.js on WebAssembly.

import { createMatrix, type Matrix } from '../../src/base/matrix.ts';
import { createRandom } from '../../src/base/random.ts';
import { chooseL2, type HeldOut, takeExamples } from '../../src/head/choose-l2.ts';
import { type FitOptions, fitHead, runFit } from '../../src/head/fit.ts';
import type { Examples } from '../../src/head/network.ts';
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
  optimizer: 'lbfgs',
  steps: 500,
  batchSize: 100,
  learningRate: 0.01,
  learningRateSchedule: 'constant',
  hiddenUnits: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  earlyStoppingPatience: 0,
  evalStepInterval: 500,
  seed: 1,
};

const all = makeExamples();
const rows = [...all.targets.keys()];
const validation = takeExamples(all, rows.slice(0, VALIDATION_ROWS));
const training = takeExamples(all, rows.slice(VALIDATION_ROWS));
const folds = rows.map((row) => row % FOLDS);

await startTfjs();
const theirs = await medianSeconds(3, () => trainTfjs(all.features, all.targets, LABELS));
report(
  `500 steps, ${ROWS} x ${COLUMNS}, ${LABELS} labels: TensorFlow.js`,
  `${theirs.toFixed(2)} s`,
);
for (const arithmetic of ['auto', 'typescript'] as const) {
  await compare(`${VALIDATION_ROWS} validation rows, ${arithmetic}`, arithmetic, training, {
    validation,
  });
  await compare(`${FOLDS} inner folds, ${arithmetic}`, arithmetic, all, { folds });
}

async function compare(
  what: string,
  arithmetic: FitOptions['arithmetic'] & string,
  examples: Examples,
  heldOut: HeldOut,
): Promise<void> {
  const options = { ...fit, arithmetic };
  let story = '';
  const ours = await medianSeconds(arithmetic === 'auto' ? 3 : 1, async () => {
    const choice = await chooseL2(examples, heldOut, LABELS, { fit: options });
    const standardisation = fitStandardisation(all.features);
    const scaled = { ...all, features: standardise(all.features, standardisation) };
    const nothing = { features: createMatrix(0, COLUMNS), targets: [] };
    const run = fitHead(scaled, nothing, LABELS, { ...options, l2: choice.l2 });
    const { steps } = await runFit(run);
    story = `L2 ${choice.l2} of ${choice.path.length} tried, refit in ${steps} steps`;
  });
  report(`${what}: ${story}`, `${ours.toFixed(3)} s`);
  const bar = arithmetic === 'auto' ? `<= ${BAR}` : '';
  report('imgdiag / TensorFlow.js', (ours / theirs).toFixed(2), bar);
}

/** Rows of overlapping classes, in correlated features that are 0 or more. */
function makeExamples(): Examples & { targets: Int32Array; features: Matrix } {
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
