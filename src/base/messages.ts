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
