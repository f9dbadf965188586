// What the work tells while it goes on. Nothing here prints: whoever listens decides what is shown.

/** A warning is something that the result may be wrong by; all else is information. */
export type Level = 'info' | 'warning';

/** A sentence for people, with its level: the text itself names no level. */
export type Message = readonly [level: Level, text: string];

export type OnMessage = (...message: Message) => void;
