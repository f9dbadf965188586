// imgdiag extractor: networks by name.

import { parseMean, parseStd } from '../options/channels.ts';
import type { Given } from '../options/commands.ts';
import { withDefaults } from '../options/validate.ts';
import type { Context } from './context.ts';

export async function extractorListCommand(
  given: Given<'extractor list'>,
  { terminal }: Context,
): Promise<void> {
  const { json } = withDefaults('extractor list', given);
  const { namedNetworks } = await import('../extractor/list.ts');
  const networks = await namedNetworks();
  if (json) return terminal.write(`${JSON.stringify(networks, null, 2)}\n`);
  const { networkListLines } = await import('../report/networks.ts');
  for (const line of networkListLines(networks)) terminal.result(line);
}

export async function extractorInfoCommand(
  given: Given<'extractor info'>,
  { terminal }: Context,
): Promise<void> {
  const options = withDefaults('extractor info', given);
  const { described: name, embedding, token, image_size: imageSize, json } = options;
  const { describeNamed } = await import('../extractor/describe.ts');
  const [mean, std] = [parseMean(options.mean ?? ''), parseStd(options.std ?? '')];
  const stated = { embedding, token, imageSize, mean, std };
  const description = await describeNamed(name as string, stated);
  if (json) return terminal.write(`${JSON.stringify(description, null, 2)}\n`);
  const { networkLines } = await import('../report/networks.ts');
  for (const line of networkLines(description)) terminal.result(line);
}

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
