// Writes the report folder: the page, its metrics as JSON, and a table of predictions.

import path from 'node:path';
import { ImgdiagError, systemCode, WriteError } from '../base/errors.ts';
import { ensureFolder, writePrivate } from '../base/files.ts';
import { openRegular } from '../base/read-bounded.ts';
import { isWithin } from '../base/within.ts';
import { featureFindings } from '../check/cached-findings.ts';
import { formatEvaluation } from '../model/evaluation-file.ts';
import type { Manifest } from '../model/manifest.ts';
import { readManifest } from '../model/read.ts';
import { evaluateReport, type ReportExtras, STAMP, stampOf, trainingReport } from './build.ts';
import type { ReportData } from './data.ts';
import { evaluationJson } from './evaluation.ts';
import { EVALUATION, INDEX, PREDICTIONS, reportFolderOf } from './file-names.ts';
import { renderReport } from './page/render.ts';
import { pickGallery } from './pick-gallery.ts';
import { predictionsCsv } from './predictions-csv.ts';
import type { EvaluatedModel, ImageScores, Measured } from './results.ts';
import { openPainter, paintGallery } from './write-gallery.ts';

/** The stamp is within this many bytes of the page's start. */
const STAMP_WITHIN = 4096;

export interface ReportOptions {
  /** Whether images are shown. */
  readonly images: boolean;
  readonly signal: AbortSignal | undefined;
}

export async function writeTrainingReport(
  folder: string,
  modelDir: string,
  manifest: Manifest,
  measured: Measured,
  options: ReportOptions,
): Promise<void> {
  const { evaluation, imageScores } = measured;
  await writeFolder(
    folder,
    modelDir,
    formatEvaluation(evaluation),
    imageScores,
    options,
    (extras) => trainingReport(manifest, measured, extras),
  );
}

export async function writeEvaluateReport(
  folder: string,
  modelDir: string,
  result: EvaluatedModel,
  options: ReportOptions,
): Promise<void> {
  const { imageScores } = result;
  await writeFolder(folder, modelDir, evaluationJson(result), imageScores, options, (extras) =>
    evaluateReport(result, extras),
  );
}

async function writeFolder(
  folder: string,
  modelDir: string,
  json: string,
  imageScores: ImageScores,
  { images, signal }: ReportOptions,
  dataOf: (extras: ReportExtras) => ReportData,
): Promise<void> {
  await checkReportFolder(folder);
  // By default evaluate's folder is in that of retrain, which then is made first.
  const beside = reportFolderOf(modelDir);
  await ensureFolder(folder, 'owner', isWithin(beside, folder) ? beside : folder);
  const write = (name: string, text: string) => writePrivate(path.join(folder, name), text);
  const { labels, checked, outOfFold } = imageScores;
  const rows = imageScores.images.map((image, row) => ({
    ...image,
    outOfFold: outOfFold.get(row),
  }));
  // Opened by itself: beside the findings, each of its many steps would wait for one of theirs.
  const painter = images ? await openPainter(modelDir) : undefined;
  // Other threads decode images and write files meanwhile.
  const [gallery, findings] = await Promise.all([
    paintGallery(painter, pickGallery(imageScores), labels, signal),
    featureFindings(checked, signal),
    write(EVALUATION, json),
    write(PREDICTIONS, predictionsCsv(rows, labels)),
  ]);
  const title = path.basename(path.resolve(modelDir));
  const page = renderReport(dataOf({ title, ...gallery, findings, images }));
  // Last, so that a page never lacks the files that it mentions.
  await write(INDEX, page);
}

async function headOf(folder: string): Promise<string> {
  const { handle } = await openRegular(path.join(folder, INDEX), Number.MAX_SAFE_INTEGER);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(STAMP_WITHIN));
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** @throws WriteError when the page in `folder` is not ours and would be overwritten */
export async function checkReportFolder(folder: string): Promise<void> {
  let head: string;
  try {
    head = await headOf(folder);
  } catch (error) {
    // There is no page yet; other problems show when it is written.
    if (systemCode(error) === undefined) throw error;
    return;
  }
  if (head.includes(STAMP)) return;
  throw new WriteError(
    `expected no ${INDEX} or a report of imgdiag in ${folder}, found another page`,
    {
      hint: 'choose another folder for the report, or move that page',
    },
  );
}

/** Whether the page in `folder` belongs to the model that is at `modelDir` now. */
export async function isReportCurrent(
  folder: string,
  modelDir: string,
  images: boolean,
): Promise<boolean> {
  try {
    const stamp = stampOf('retrain', await readManifest(modelDir), { images });
    return (await headOf(folder)).includes(stamp);
  } catch (error) {
    // Without a model or a page, nothing is current.
    if (systemCode(error) !== undefined || error instanceof ImgdiagError) return false;
    throw error;
  }
}
