// A metric with its uncertainty.

/** Bounds of a 95 % interval, lower bound first. */
export type Interval = readonly [number, number];

/** The value of one metric. */
export interface Estimate {
  /** Null where it is undefined, with the reason in `note`. Never NaN. */
  readonly value: number | null;
  /** Null where there is none. */
  readonly interval: Interval | null;
  /** Why there is no value or no interval, or why the interval is unreliable. */
  readonly note?: string;
}
