// Where the labelled images come from: a folder or a table, with groups from a pattern.

import { buffer } from 'node:stream/consumers';
import type { Dataset } from './dataset.ts';
import { readCsvDataset } from './dataset-csv.ts';
import { caseNotes, groupByPattern } from './dataset-groups.ts';
import { readFolderDataset } from './folder-dataset.ts';
import { type Layout, type Needs, TO_TRAIN } from './layout.ts';

/** Where labelled images come from, named as on the command line. */
export type DataOptions = Readonly<
  Record<'image_dir' | 'manifest' | 'group_by', string | undefined>
> & { readonly layout: Layout; readonly follow_links: boolean };

export interface PlannedDataset extends Dataset {
  /** Where groups come from, as recorded with the split: `none`, `table`, or the pattern. */
  readonly grouping: string;
}

export async function readDataset(
  options: DataOptions,
  needs: Needs = TO_TRAIN,
): Promise<PlannedDataset> {
  const dataset = await readFiles(options, needs);
  if (options.group_by !== undefined) {
    const { files, notes } = await groupByPattern(dataset.files, options.group_by);
    const grouping = `pattern ${options.group_by}`;
    return {
      ...dataset,
      files,
      notes: [...dataset.notes, ...notes, ...caseNotes(files)],
      grouping,
    };
  }
  const grouped = dataset.files.some(({ group }) => group !== undefined);
  const notes = [...dataset.notes, ...caseNotes(dataset.files)];
  return { ...dataset, notes, grouping: grouped ? 'table' : 'none' };
}

async function readFiles(
  { image_dir: imageDir, manifest, layout, follow_links: follow, group_by: pattern }: DataOptions,
  needs: Needs,
): Promise<Dataset> {
  if (manifest === undefined) return readFolderDataset(imageDir ?? '.', needs, layout, follow);
  const text = manifest === '-' ? await buffer(process.stdin) : undefined;
  return readCsvDataset({
    file: manifest,
    text,
    imageDir,
    needs,
    grouped: pattern !== undefined,
  });
}
