// imgdiag classify: images in, scores per label on stdout.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { EXIT, UnfitError, UsageError } from '../base/errors.ts';
import type { Prediction } from '../classify/classify.ts';
import { damagedWarning } from '../images/preprocessing.ts';
import { withDefaults } from '../options/check.ts';
import type { Given, OptionsOf } from '../options/commands.ts';
import type { Context } from './context.ts';
import { inputsToExplain, writeExplanation } from './explain.ts';

type Flags = OptionsOf<'classify'>;

export async function classifyCommand(given: Given<'classify'>, context: Context): Promise<void> {
  const flags = withDefaults('classify', given, process.env);
  const { images } = flags;
  const { terminal, signal, setExitCode } = context;
  if (images.filter((image) => image === '-').length > 1) {
    throw new UsageError('expected - once, found it several times', {
      hint: 'standard input holds one image',
    });
  }
  const [{ openClassifier }, { classifyImages }, { expandInputs }, { loadDecoder }] =
    await Promise.all([
      import('../classify/classifier.ts'),
      import('../classify/classify.ts'),
      import('../classify/inputs.ts'),
      import('../images/decode.ts'),
    ]);
  const expanded = await expandInputs(images, terminal.message);
  const inputs = inputsToExplain(flags, expanded);
  const { model_dir: modelDir, engine, extractor } = flags;
  const [decoder, classifier] = await Promise.all([
    loadDecoder({ maxPixels: flags.max_pixels }),
    openClassifier({ modelDir, engine, extractor }, terminal.message),
  ]);
  const { explain } = flags;
  let failed = false;
  // Of the copies: the scores of all images are printed first.
  let unwritten: unknown;
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
    const printer = await createPrinter(
      flags,
      inputs.length > 1,
      classifier.manifest.labels,
      context,
    );
    for await (const prediction of classifyImages(inputs, classifier, decoder, signal)) {
      if (prediction.error) {
        failed = true;
        setExitCode(EXIT.input);
        const { message, hint } = prediction.error;
        terminal.log(`error: ${prediction.file}: ${message}`);
        if (hint !== undefined) terminal.log(`hint: ${hint}`);
      } else if (prediction.outOfDistribution) {
        terminal.message(
          'warning',
          `${prediction.file} is unlike the images that the model was trained on`,
        );
      }
      if ('damaged' in prediction) terminal.message('warning', damagedWarning(prediction.file));
      await printer.print(prediction);
      if (flags.sort_into !== undefined && unwritten === undefined) {
        await sortInto(flags.sort_into, prediction, context).catch((error) => {
          unwritten = error;
        });
      }
      // Nobody reads on, and nothing is to be written.
      if (flags.sort_into === undefined && explain === undefined && terminal.isClosed()) break;
    }
    await printer.end();
    if (unwritten !== undefined) throw unwritten;
    if (explain !== undefined && !failed) {
      await writeExplanation({ ...flags, explain }, inputs[0], classifier, decoder, terminal);
    }
  } finally {
    await classifier.dispose();
  }
}

interface Printer {
  print(prediction: Prediction): void | Promise<void>;
  end(): void | Promise<void>;
}

async function createPrinter(
  flags: Flags,
  several: boolean,
  labels: readonly string[],
  { terminal }: Context,
): Promise<Printer> {
  const { csvHeader, csvRow, decisionLine, predictionToJson, scoreLines } = await import(
    '../report/predictions.ts'
  );
  const topK = flags.top_k ?? labels.length;
  if (flags.json) {
    let before = '[\n';
    return {
      print(prediction) {
        terminal.write(`${before}  ${JSON.stringify(predictionToJson(prediction, topK))}`);
        before = ',\n';
      },
      end: () => terminal.write('\n]\n'),
    };
  }
  if (flags.csv) {
    const { stringify } = await import('csv-stringify/sync');
    const write = (row: string[]) => terminal.write(stringify([row], { escape_formulas: true }));
    write(csvHeader(labels));
    return { print: (prediction) => write(csvRow(prediction, labels)), end() {} };
  }
  return {
    print(prediction) {
      if (several) terminal.result(prediction.file);
      if (prediction.scores) {
        for (const line of scoreLines(prediction.scores, topK)) terminal.result(line);
        if (flags.decision && prediction.decision) {
          terminal.result(decisionLine(prediction.decision));
        }
      } else if (several) {
        terminal.result(`error: ${prediction.error.message}`);
      }
      if (several) terminal.result('');
    },
    end() {},
  };
}

async function sortInto(
  folder: string,
  prediction: Prediction,
  { terminal }: Context,
): Promise<void> {
  if (prediction.error) return;
  if (prediction.file === '-') {
    terminal.log('standard input has no file name: not copied');
    return;
  }
  const { copyWithoutOverwriting } = await import('../base/files.ts');
  if (/\\x[0-9a-f]{2}/.test(prediction.file) && !existsSync(prediction.file)) {
    terminal.message('warning', `${prediction.file}: its name is not UTF-8: not copied; rename it`);
    return;
  }
  const target = path.join(folder, prediction.scores[0].label);
  await copyWithoutOverwriting(prediction.file, target, path.basename(prediction.file));
}
