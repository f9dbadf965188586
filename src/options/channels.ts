// The values of --mean and --std: one number for each channel, or one for all.

export type Channels = readonly [red: number, green: number, blue: number];

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Undefined for anything but one number or three from 0 to 1: `0.5`, `0.485,0.456,0.406`. */
export function parseMean(text: string): Channels | undefined {
  const words = text.split(',').map((word) => word.trim());
  const values = words.map(Number);
  if (!words.every((word) => NUMBER.test(word))) return undefined;
  if (!values.every((value) => value >= 0 && value <= 1)) return undefined;
  const [red, green = red, blue = red] = values;
  return values.length === 1 || values.length === 3 ? [red, green, blue] : undefined;
}

/** The same without 0, which nothing can be divided by. */
export function parseStd(text: string): Channels | undefined {
  const values = parseMean(text);
  return values?.includes(0) ? undefined : values;
}
