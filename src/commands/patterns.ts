// Patterns given as the value of an option that takes one path: what a shell would have made of them.

import { stat } from 'node:fs/promises';
import { UsageError } from '../base/errors.ts';
import { examplesOf } from '../base/examples.ts';
import { expandHome } from '../base/home.ts';
import { matchesOf } from '../data/patterns.ts';
import { type CommandName, rowsOf } from '../options/commands.ts';

/**
 * Replaces patterns that one path matches; those that none matches stay as they are.
 * @throws UsageError where several do
 */
export async function expandPatterns(
  command: CommandName,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const expanded = { ...given };
  for (const [name, { kind, place, written }] of Object.entries(rowsOf(command))) {
    const value = given[name];
    if (!place || written || kind !== 'text' || typeof value !== 'string') continue;
    if (!/[*?]/.test(value)) continue;
    const exists = await stat(value).then(
      () => true,
      () => false,
    );
    if (exists) continue;
    const found = (await matchesOf(expandHome(value))).map((entry) => entry.name);
    if (found.length > 1) {
      throw new UsageError(
        `expected one path for --${name}, found ${found.length} that match ${value} (${examplesOf(found)})`,
        { hint: 'give one of them, or run the command once for each' },
      );
    }
    if (found.length === 1) expanded[name] = found[0];
  }
  return expanded;
}
