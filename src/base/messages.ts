// Messages about the progress of the work. Nothing here prints: the listener decides what is shown.

/** A warning is something that the result may be wrong by; all else is information. */
export type Level = 'info' | 'warning';

/**
 * A sentence for people, with its level: the text names none. The program heads a warning with
 * `warning:`, a remedy or next step with `hint:`, and information with nothing.
 */
export type Message = readonly [level: Level, text: string];

export type OnMessage = (...message: Message) => void;

/** For the end of an error that comes before messages which say how it came to be: ` (one; two)` */
export function asReasons(messages: readonly Message[]): string {
  return messages.length === 0 ? '' : ` (${messages.map(([, text]) => text).join('; ')})`;
}

/** A list may be this long before only its beginning is shown. */
const MOST = 20;

/** The messages; of many, the first three and one that counts the others. */
export function shorten(
  messages: readonly Message[],
  describeOthers: (count: number) => string,
): readonly Message[] {
  if (messages.length <= MOST) return messages;
  const shown = messages.slice(0, 3);
  return [...shown, [shown[0][0], describeOthers(messages.length - shown.length)]];
}
