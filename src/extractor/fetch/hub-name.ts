// Names of networks on a hub: `hf:ORG/REPO@REVISION`.

import { UsageError } from '../../base/errors.ts';

/** A repository, and the branch, tag or commit that was asked for. */
export interface HubName {
  /** `ORG/REPO` */
  readonly repository: string;
  readonly revision: string;
}

const PATTERN = /^hf:([\w-][\w.-]*\/[\w-][\w.-]*)(?:@([\w-][\w./-]*))?$/;
/** As a model records it: with its commit. */
export const HUB_ID = /^hf:[\w-][\w.-]*\/[\w-][\w.-]*@[0-9a-f]{40}$/;
const DEFAULT_REVISION = 'main';

/** @returns undefined for what is no name of a hub @throws UsageError for one that is malformed */
export function parseHubName(name: string): HubName | undefined {
  if (!name.startsWith('hf:')) return undefined;
  const [, repository, revision = DEFAULT_REVISION] = PATTERN.exec(name) ?? [];
  if (repository !== undefined && !`/${revision}/`.includes('/../')) {
    return { repository, revision };
  }
  throw new UsageError(`expected hf:ORG/REPO or hf:ORG/REPO@REVISION, found ${name}`, {
    hint: 'for example hf:onnx-community/dinov2-with-registers-small',
  });
}
