// All networks that have a name: embedded, fetched, or to be fetched.

import { UsageError } from '../base/errors.ts';
import { CATALOG } from './catalog.ts';
import { ARCHIVES, HUB_SOURCES, type NetworkFacts } from './fetch/sources.ts';
import { type Fetched, listFetched, storeRoot } from './fetch/store.ts';
import { idOfFetched } from './fetch/stored.ts';

/** Null: not known before it is fetched or opened. */
export interface NamedNetwork {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Side of the images that it was trained on, in pixels. */
  readonly image_size: number | null;
  readonly features: number | null;
  /** Of an image, in millions. */
  readonly multiply_adds: number | null;
  /** Accuracy on ImageNet as published, in percent. */
  readonly top1: number | null;
  /** Of its files or its download, in bytes. */
  readonly bytes: number | null;
  readonly licence: string | null;
  readonly where: 'embedded' | 'fetched' | 'not here';
  readonly use: string | null;
}

export async function namedNetworks(env = process.env): Promise<NamedNetwork[]> {
  const fetched = await allFetched(env);
  const known = [...ARCHIVES, ...HUB_SOURCES];
  const embedded = CATALOG.map(({ spec, size, ...facts }) =>
    describe({ ...spec, ...facts }, { name: spec.id, bytes: size, where: 'embedded' }),
  );
  const fetchable = known.flatMap((facts) => {
    const here = fetched.filter(({ id }) => id === facts.id);
    const bytes = 'size' in facts ? facts.size : null;
    if (here.length === 0) return describe(facts, { name: facts.id, bytes, where: 'not here' });
    return here.map((one) => describe(facts, whatIsHere(one)));
  });
  const others = fetched
    .filter(({ id }) => known.every((facts) => facts.id !== id))
    .map((one) => describe({}, { ...whatIsHere(one), licence: one.licence }));
  return [...embedded, ...fetchable, ...others];
}

function whatIsHere(one: Fetched) {
  const bytes = one.files.reduce((sum, { size }) => sum + size, 0);
  return { name: idOfFetched(one), bytes, where: 'fetched' } as const;
}

function describe(
  facts: Partial<NetworkFacts>,
  own: Pick<NamedNetwork, 'name' | 'bytes' | 'where'> & Partial<NamedNetwork>,
): NamedNetwork {
  return {
    aliases: facts.aliases ?? [],
    image_size: facts.imageSize ?? null,
    features: facts.featureSize ?? null,
    multiply_adds: facts.multiplyAdds ?? null,
    top1: facts.top1 ?? null,
    licence: facts.licence ?? null,
    use: facts.use ?? null,
    ...own,
  };
}

/** None where the user has no home folder. */
async function allFetched(env: NodeJS.ProcessEnv): Promise<Fetched[]> {
  try {
    return await listFetched(storeRoot(env));
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}
