// Messages that a test expects, all of them information.

import type { Message } from '../../src/base/messages.ts';

export function info(...texts: readonly string[]): Message[] {
  return texts.map((text) => ['info', text]);
}
