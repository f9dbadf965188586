// Names of the files in a report folder.

export const INDEX = 'index.html';
export const EVALUATION = 'evaluation.json';
export const PREDICTIONS = 'predictions.csv';
export const OUT_OF_FOLD = 'out_of_fold.csv';
