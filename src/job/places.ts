// Where a job is to write: checked before any work.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { WriteError } from '../base/errors.ts';
import { requireWritable } from '../base/files.ts';
import type { OnMessage } from '../base/messages.ts';
import { requireOutside } from '../options/validate.ts';

/** @throws WriteError where it cannot be written, or is a file in place of a folder or the other way round */
export async function requirePlace(
  name: string,
  place: string,
  wanted: 'file' | 'folder',
): Promise<void> {
  // Other problems are those of the folder.
  const there = await stat(place).catch(() => undefined);
  const found = there?.isDirectory() ? 'folder' : 'file';
  if (there !== undefined && found !== wanted) {
    throw new WriteError(
      `expected to write a ${wanted} at ${place} (--${name}), found a ${found}`,
      { hint: `choose another path, or move that ${found}` },
    );
  }
  await requireWritable(wanted === 'folder' ? place : path.dirname(place), place);
}

/** Forty modules that only a report needs. */
export const loadReport = () => import('../report/write-report.ts');

/**
 * The folder of the report; undefined for none, also, with a warning, where it would be beside a model
 * that nothing can be written beside: nobody asked for it there.
 * @throws WriteError where the folder that was asked for cannot be written, or holds another page;
 *   UsageError where it is in the model folder
 */
export async function reportPlace(
  {
    model_dir: modelDir,
    report_dir: asked,
    no_report,
  }: { model_dir: string; report_dir: string | undefined; no_report: boolean },
  beside: string,
  onMessage: OnMessage | undefined,
): Promise<string | undefined> {
  if (no_report) return undefined;
  const folder = asked ?? beside;
  // The one beside the model may be a link.
  requireOutside(modelDir, 'report_dir', folder);
  try {
    await requirePlace('report_dir', folder, 'folder');
  } catch (error) {
    if (asked !== undefined || !(error instanceof WriteError)) throw error;
    const remedy = 'give another folder as --report_dir, or --no_report';
    onMessage?.('warning', `no report: ${error.message} (${remedy})`);
    return undefined;
  }
  const { checkReportFolder } = await loadReport();
  await checkReportFolder(folder);
  return folder;
}
