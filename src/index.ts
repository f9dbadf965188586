// The library: what the commands do, for programs. Nothing here prints or ends the process.

export {
  EXIT,
  ImgdiagError,
  InputError,
  UnfitError,
  UsageError,
  WriteError,
} from './base/errors.ts';
export type { Manifest } from './bundle/manifest.ts';
export { readManifest } from './bundle/read.ts';
export { type Classifier, type LabelScore, openClassifier } from './classify/classifier.ts';
export { classifyPictures, type Prediction } from './classify/classify.ts';
export { type Explanation, explainPicture } from './classify/explain.ts';
export { expandInputs, type PictureInput } from './classify/inputs.ts';
export type { EngineChoice } from './features/extractor.ts';
export type { StepReport } from './head/fit.ts';
export { type Decoder, loadDecoder, PictureError } from './images/decode.ts';
export { drawExplanation } from './images/draw-heat.ts';
export type { RetrainEvents } from './retrain/events.ts';
export { RETRAIN_DEFAULTS, type RetrainOptions } from './retrain/option-table.ts';
export { type RetrainResult, retrain } from './retrain/retrain.ts';
