// The few most similar of many images that are offered one by one.

export interface Near {
  readonly row: number;
  /** Cosine, -1..1. */
  readonly similarity: number;
  /** Rings by which it is probably enlarged, see `CandidatePair`. */
  readonly shift?: number | undefined;
}

export class Nearest {
  /** Most similar first, at most as many as wanted; of equals, those offered first. */
  readonly found: Near[] = [];
  readonly #wanted: number;
  /** Similarity of the last one, once there are as many as wanted. */
  #least = Number.NEGATIVE_INFINITY;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  /** Each image is kept once, with its best shift. */
  offer(similarity: number, row: number, shift?: number): void {
    if (similarity <= this.#least) return;
    const { found } = this;
    const known = found.findIndex((near) => near.row === row);
    if (known !== -1) {
      if (found[known].similarity >= similarity) return;
      found.splice(known, 1);
    }
    const place = found.findIndex((near) => similarity > near.similarity);
    found.splice(place === -1 ? found.length : place, 0, { row, similarity, shift });
    if (found.length > this.#wanted) found.pop();
    if (found.length === this.#wanted) this.#least = found[found.length - 1].similarity;
  }
}
