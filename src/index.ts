// The library: the commands as functions, which neither print nor end the process.

export {
  EXIT,
  GateError,
  ImgdiagError,
  InputError,
  UnfitError,
  UsageError,
  WriteError,
} from './base/errors.ts';
export type { Level, Message, OnMessage } from './base/messages.ts';
export type { Finding, FindingItem, FindingKind } from './check/findings.ts';
export { type Classifier, type LabelScore, openClassifier } from './classify/classifier.ts';
export {
  type ClassifyOptions,
  classify,
  classifyImages,
  type Prediction,
} from './classify/classify.ts';
export type { Decision } from './classify/decide.ts';
export { type Explanation, explainImage } from './classify/explain.ts';
export { expandInputs, type ImageInput } from './classify/inputs.ts';
export type { EngineChoice } from './extractor/extractor.ts';
export type { StepReport } from './head/fit.ts';
export { type Decoder, type DecoderOptions, ImageError, loadDecoder } from './images/decode.ts';
export { drawExplanation } from './images/draw-heat.ts';
export { type CheckResult, check } from './job/check.ts';
export { type EvaluateResult, evaluate } from './job/evaluate.ts';
export { type RetrainResult, retrain } from './job/retrain.ts';
export type { JobTools } from './job/tools.ts';
export type { Output, Written } from './job/written.ts';
export type { Estimate } from './metrics/estimate.ts';
export type { LabelMetrics, SplitMetrics } from './metrics/split-metrics.ts';
export type { Manifest } from './model/manifest.ts';
export { readManifest } from './model/read.ts';
export { type Given, RETRAIN_DEFAULTS, type RetrainOptions } from './options/commands.ts';
export type { NearDuplicatePair, NearDuplicates, PlacedImage } from './report/results.ts';
