// imgdiag check: is the data fooling us? Prints what it finds, worst first.

import { type Command, Option } from 'commander';
import type { CheckOptions } from '../job/check-data.ts';
import { OPTION_SPECS } from '../job/options/table.ts';
import { engineOption, parseNumber, parseWhole, withExamples } from './arguments.ts';
import type { Context } from './context.ts';

type Flags = Partial<CheckOptions> &
  Pick<
    CheckOptions,
    'testing_percentage' | 'validation_percentage' | 'extractor' | 'engine' | 'seed'
  > & {
    readonly json?: string;
    readonly all?: boolean;
  };

export function addCheck(program: Command, context: Context): void {
  const { testing_percentage: testing, validation_percentage: validation } = OPTION_SPECS;
  const { extractor, image_size: imageSize, bottleneck_dir: cache, seed } = OPTION_SPECS;
  const command = program
    .command('check')
    .summary('look for duplicates, wrong labels and shortcuts in a data set')
    .description(
      'Looks for what makes metrics flatter or wrong: copies of images, also turned or mirrored, ' +
        'wrong labels, odd images, and properties of the files that tell the label.',
    )
    .option('--image_dir <dir>', OPTION_SPECS.image_dir.help)
    .option('--manifest <file>', OPTION_SPECS.manifest.help)
    .option('--group_by <regex>', OPTION_SPECS.group_by.help)
    .option('--testing_percentage <percent>', testing.help, parseNumber, testing.fallback)
    .option('--validation_percentage <percent>', validation.help, parseNumber, validation.fallback)
    .option('--model_dir <dir>', 'keep the split that this model has recorded')
    .option(`--extractor ${extractor.argument}`, extractor.help, extractor.fallback)
    .addOption(engineOption())
    .option(`--image_size ${imageSize.argument}`, imageSize.help, parseWhole)
    .option('--bottleneck_dir <dir>', cache.help)
    .option(`--seed ${seed.argument}`, seed.help, parseWhole, seed.fallback)
    .addOption(new Option('--json <file>', 'write everything found as JSON; - for standard output'))
    .option('--all', 'print every image, not only ten of each finding')
    .action((flags: Flags) => runCheck(flags, context));
  withExamples(command, [
    'imgdiag check --image_dir ./healthdiag',
    'imgdiag check --image_dir ./healthdiag --all --json findings.json',
  ]);
}

async function runCheck(flags: Flags, context: Context): Promise<void> {
  const { terminal, signal, setStopLine } = context;
  setStopLine('stopped: computed bottlenecks are kept');
  const [{ checkData }, { findingLines, findingsJson }] = await Promise.all([
    import('../job/check-data.ts'),
    import('../report/check.ts'),
  ]);
  // A typing error here must not quietly give another split.
  if (flags.model_dir !== undefined) {
    const { readManifest } = await import('../model/read.ts');
    await readManifest(flags.model_dir);
  }
  const { json, all = false, ...rest } = flags;
  const options: CheckOptions = {
    image_dir: undefined,
    manifest: undefined,
    group_by: undefined,
    image_size: undefined,
    bottleneck_dir: undefined,
    model_dir: undefined,
    ...rest,
  };
  const tools = { onMessage: terminal.message, onProgress: terminal.progress, signal };
  const checked = await checkData(options, tools);
  if (json === '-') return terminal.write(findingsJson(checked));
  if (json !== undefined) {
    const { writeFileAtomic } = await import('../base/files.ts');
    await writeFileAtomic(json, Buffer.from(findingsJson(checked)));
    terminal.log(`findings written to ${json}`);
  }
  for (const line of findingLines(checked, all)) terminal.result(line);
}
