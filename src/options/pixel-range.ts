// The value of --pixel_range: the stored values that become black and white.

/** Below the second value: the first. */
export type PixelRange = readonly [low: number, high: number];

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE = new RegExp(`^(${NUMBER}):(${NUMBER})$`, 'i');

/** Undefined for anything but two numbers, the lower first: `0:4095`, `-1024:3071`. */
export function parsePixelRange(text: string): PixelRange | undefined {
  const [, low, high] = RANGE.exec(text)?.map(Number) ?? [];
  return low < high && Number.isFinite(high - low) ? [low, high] : undefined;
}
