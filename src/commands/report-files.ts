// Writes a report folder: the page, the same figures as JSON, and a table of predictions.

import { open } from 'node:fs/promises';
import path from 'node:path';
import { ImgdiagError, systemCode } from '../base/errors.ts';
import { ensureFolder, writeFileAtomic } from '../base/files.ts';
import { formatJson } from '../base/json.ts';
import type { Manifest } from '../bundle/manifest.ts';
import { readManifest } from '../bundle/read.ts';
import { featureFindings } from '../check/quick.ts';
import { evaluateReport, type ReportExtras, stampOf, trainingReport } from '../report/build.ts';
import type { ReportData } from '../report/data.ts';
import { evaluationJson } from '../report/evaluation.ts';
import { pickGallery } from '../report/gallery.ts';
import { renderReport } from '../report/page/render.ts';
import { predictionsCsv } from '../report/predictions-csv.ts';
import type { EvaluatedModel } from '../retrain/evaluate-model.ts';
import { checkInputOf, type Evidence, type Measured } from '../retrain/evidence.ts';
import { paintGallery } from './report-gallery.ts';
import { EVALUATION, INDEX, PREDICTIONS } from './report-names.ts';

/** Pictures and file names are for their owner's eyes. */
const OWNER_ONLY = 0o600;
/** Of the folds that label errors are found by. */
const SEED = 0;
/** The stamp stands in the head of the page, within so many bytes. */
const STAMP_WITHIN = 4096;

export interface ReportOptions {
  /** Whether pictures are shown. */
  readonly pictures: boolean;
  readonly signal: AbortSignal | undefined;
}

export async function writeTrainingReport(
  folder: string,
  modelDir: string,
  manifest: Manifest,
  measured: Measured,
  options: ReportOptions,
): Promise<void> {
  const extras = await extrasOf(modelDir, measured.evidence, options);
  const data = trainingReport(manifest, measured, extras);
  await writeFolder(folder, data, formatJson(measured.evaluation), measured.evidence);
}

export async function writeEvaluateReport(
  folder: string,
  modelDir: string,
  result: EvaluatedModel,
  options: ReportOptions,
): Promise<void> {
  const extras = await extrasOf(modelDir, result.evidence, options);
  const data = evaluateReport(result, extras);
  await writeFolder(folder, data, evaluationJson(result), result.evidence);
}

async function extrasOf(
  modelDir: string,
  evidence: Evidence,
  { pictures, signal }: ReportOptions,
): Promise<ReportExtras> {
  const gallery = await paintGallery(modelDir, pickGallery(evidence), {
    labels: evidence.labels,
    pictures,
    signal,
  });
  const title = path.basename(path.resolve(modelDir));
  const findings = await featureFindings(checkInputOf(evidence, SEED), signal);
  return { title, ...gallery, findings, pictures };
}

async function writeFolder(
  folder: string,
  data: ReportData,
  json: string,
  { images, labels }: Evidence,
): Promise<void> {
  const page = await renderReport(data);
  await ensureFolder(folder);
  const write = (name: string, text: string) =>
    writeFileAtomic(path.join(folder, name), text, OWNER_ONLY);
  await write(EVALUATION, json);
  await write(PREDICTIONS, predictionsCsv(images, labels));
  // Last: a page that is there has all that it tells of beside it.
  await write(INDEX, page);
}

/** Whether the page in `folder` is of the model that is at `modelDir` now. */
export async function isReportCurrent(
  folder: string,
  modelDir: string,
  pictures: boolean,
): Promise<boolean> {
  try {
    const stamp = stampOf(await readManifest(modelDir), { pictures });
    const page = await open(path.join(folder, INDEX));
    try {
      const { buffer, bytesRead } = await page.read(Buffer.alloc(STAMP_WITHIN));
      return buffer.toString('utf8', 0, bytesRead).includes(stamp);
    } finally {
      await page.close();
    }
  } catch (error) {
    // No model or no page: there is nothing to be current.
    if (systemCode(error) !== undefined || error instanceof ImgdiagError) return false;
    throw error;
  }
}
