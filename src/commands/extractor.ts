// imgdiag extractor: networks by name.

import type { Given } from '../options/commands.ts';
import { withDefaults } from '../options/validate.ts';
import type { Context } from './context.ts';

export async function extractorFetchCommand(
  given: Given<'extractor fetch'>,
  { terminal, signal, setStopLine }: Context,
): Promise<void> {
  const { network, from } = withDefaults('extractor fetch', given);
  const name = network as string;
  const { fetchNetwork } = await import('../extractor/fetch/fetch.ts');
  setStopLine('stopped; what was downloaded is kept, and the same command goes on from there');
  const { folder, id, revision, licence } = await fetchNetwork(name, {
    from,
    signal,
    onProgress: (done, total) => terminal.progress(`fetching ${name} (MB)`, done, total),
  });
  const at = revision === null ? '' : ` at commit ${revision}`;
  terminal.result(`${id}${at}, licence ${licence ?? 'not stated'}: ${folder}`);
}
