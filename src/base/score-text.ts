// Scores as text.

/**
 * With that many decimals; one that would be rounded to 1 is written as the largest number below it
 * (`0.99999`), since no finite number of images makes a score certain.
 */
export function scoreText(score: number, digits: number): string {
  const most = 1 - 10 ** -digits;
  return Math.min(score, most).toFixed(digits);
}
