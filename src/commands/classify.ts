// imgdiag classify: prints the scores of each image on stdout.

import { EXIT, UnfitError, UsageError } from '../base/errors.ts';
import { compactJson } from '../base/json.ts';
import { printable } from '../base/printable.ts';
import { watchReaders } from '../base/readers.ts';
import type { Prediction } from '../classify/classify.ts';
import type { Failure } from '../data/hash-files.ts';
import { damagedWarning } from '../images/decode.ts';
import type { Place } from '../images/read.ts';
import type { Given, OptionsOf } from '../options/commands.ts';
import { withDefaults } from '../options/validate.ts';
import type { Context } from './context.ts';
import { inputsToExplain, writeExplanation } from './explain.ts';
import { createSorter } from './sort-into.ts';

type Flags = OptionsOf<'classify'>;

/** So many errors can be read without a summary. */
const FEW_FAILURES = 3;

export async function classifyCommand(given: Given<'classify'>, context: Context): Promise<void> {
  const flags = withDefaults('classify', given, process.env);
  const { terminal, signal, setExitCode } = context;
  watchReaders(terminal.message);
  const images = await imagesOf(flags);
  const [{ openClassifier }, { classifyImages }, { expandInputs }, { loadDecoder }] =
    await Promise.all([
      import('../classify/classifier.ts'),
      import('../classify/classify.ts'),
      import('../classify/inputs.ts'),
      import('../images/decode.ts'),
    ]);
  const expanded = await expandInputs(images, terminal.message, flags.follow_links);
  const inputs = inputsToExplain({ ...flags, images }, expanded);
  const { model_dir: modelDir, engine, extractor } = flags;
  const [decoder, classifier] = await Promise.all([
    loadDecoder({ maxPixels: flags.max_pixels }),
    openClassifier({ modelDir, engine, extractor }, terminal.message),
  ]);
  const { explain } = flags;
  const failures: Failure[] = [];
  try {
    if (flags.decision && classifier.manifest.operating_point === null) {
      throw new UnfitError('expected a model with a threshold for --decision, found one without', {
        hint: 'train it with imgdiag retrain --positive LABEL',
      });
    }
    if (explain !== undefined) {
      // Before anything is printed.
      const { requireExplainable } = await import('../classify/explain.ts');
      requireExplainable(classifier, flags.explain_label);
    }
    const { labels } = classifier.manifest;
    const { sort_into: target } = flags;
    const sorter = target === undefined ? undefined : createSorter(target, labels, terminal);
    const format = await formatOf(flags, inputs.length > 1, labels, terminal.shown);
    let before = format.begin ?? '';
    for await (const prediction of classifyImages(
      inputs,
      classifier,
      decoder,
      signal,
      terminal.message,
    )) {
      if (prediction.error) {
        failures.push({ path: prediction.file, error: prediction.error });
        setExitCode(EXIT.input);
        const { message, hint } = prediction.error;
        terminal.log(`error: ${prediction.file}: ${message}`);
        if (hint !== undefined) terminal.log(`hint: ${hint}`);
      } else if (prediction.outOfDistribution) {
        terminal.message(
          'warning',
          `${prediction.file} is out-of-distribution: unlike the images the model was trained on`,
        );
      }
      if ('damaged' in prediction) terminal.message('warning', damagedWarning(prediction.file));
      terminal.write(before + format.of(prediction));
      before = format.between ?? '';
      await sorter?.add(prediction);
      // Nobody reads on, and there is nothing to write.
      if (sorter === undefined && explain === undefined && terminal.isClosed()) break;
    }
    terminal.write(format.end ?? '');
    if (failures.length > FEW_FAILURES) {
      const { describeSkipped } = await import('../data/skipped.ts');
      const { text, hint } = describeSkipped(failures, `${inputs.length} files`);
      terminal.log(`error: ${text}`);
      if (hint !== undefined) terminal.log(`hint: ${hint}`);
    }
    sorter?.end();
    if (explain !== undefined && failures.length === 0) {
      await writeExplanation({ ...flags, explain }, inputs[0], classifier, decoder, terminal);
    }
  } finally {
    await classifier.dispose();
  }
}

/** Those given, then those listed. @throws UsageError where standard input is to be read twice */
async function imagesOf({ images, files_from: list }: Flags): Promise<readonly Place[]> {
  const { readFileList } = await import('../classify/file-list.ts');
  const all = list === undefined ? images : [...images, ...(await readFileList(list))];
  if ([list, ...all].filter((one) => one === '-').length <= 1) return all;
  throw new UsageError('expected - only once, found it several times', {
    hint: 'standard input can contain only one image, or one list of files',
  });
}

/** Text before, for, between and after predictions. */
interface Format {
  readonly begin?: string;
  of(prediction: Prediction): string;
  readonly between?: string;
  readonly end?: string;
}

async function formatOf(
  { json, csv, decision: decided, top_k: topK }: Flags,
  several: boolean,
  labels: readonly string[],
  shown: (name: string) => string,
): Promise<Format> {
  const report = await import('../report/predictions.ts');
  if (json) {
    const of = (one: Prediction) => `  ${compactJson(report.predictionToJson(one, topK))}`;
    return { begin: '[\n', of, between: ',\n', end: '\n]\n' };
  }
  if (csv) {
    const { csvHeader, csvRow } = await import('../data/csv-cells.ts');
    return {
      begin: csvHeader(report.csvColumns(labels).map(shown)),
      of: (one) => csvRow(report.csvCells(one, labels).map(shown)),
    };
  }
  const linesOf = (one: Prediction) => {
    if (one.error) return [`error: ${one.error.message}`];
    const decision = decided && one.decision ? [report.decisionLine(one.decision)] : [];
    return [...report.scoreLines(one.scores, topK), ...decision];
  };
  const textOf = (lines: string[]) => lines.map((line) => `${printable(line)}\n`).join('');
  if (several) return { of: (one) => textOf([one.file, ...linesOf(one), '']) };
  // The error of a single image is on stderr only.
  return { of: (one) => (one.error ? '' : textOf(linesOf(one))) };
}
