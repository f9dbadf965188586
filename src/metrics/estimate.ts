// A metric with its uncertainty.

/** Ends of a 95 % interval, lower end first. */
export type Interval = readonly [number, number];

/** One metric, named and scaled as its field says. */
export interface Estimate {
  /** Null where it is undefined; `note` then says why. Never NaN. */
  readonly value: number | null;
  /** Null where there is none. */
  readonly interval: Interval | null;
  /** Why there is no value or no interval, or why the interval is not to be relied on. */
  readonly note?: string;
}
