// Features of the images of a folder with the embedded extractor, by way of the test's own cache.

import path from 'node:path';
import type { Matrix } from '../../src/base/matrix.ts';
import { hashFiles } from '../../src/data/hash-files.ts';
import { scanFolder } from '../../src/data/scan.ts';
import { openExtraction } from '../../src/job/extraction.ts';
import { RETRAIN_DEFAULTS } from '../../src/options/commands.ts';
import { TEST_CACHE } from './run-cli.ts';

export interface LabelledFeatures {
  readonly features: Matrix;
  /** Relative to the folder, in path order, as the rows. */
  readonly paths: readonly string[];
  /** Names of the folders that the images lie in, in order. */
  readonly labels: readonly string[];
  /** Label index of each row. */
  readonly targets: readonly number[];
}

/** Fails on an image that cannot be read. */
export async function featuresOf(folder: string): Promise<LabelledFeatures> {
  const found = await scanFolder(folder);
  const images = found.files.filter((file) => /\.(jpe?g|png)$/i.test(file.path));
  const hashed = await hashFiles(images);
  const extraction = await openExtraction({ ...RETRAIN_DEFAULTS, bottleneck_dir: TEST_CACHE });
  const table = await extraction.features(hashed);
  await extraction.close();
  if (table.failures.length > 0) throw table.failures[0].error;
  const paths = hashed.files.map((file) => file.path);
  const names = paths.map((file) => path.basename(path.dirname(file)));
  const labels = [...new Set(names)].sort();
  const targets = names.map((name) => labels.indexOf(name));
  return { features: table.features, paths, labels, targets };
}
