// The data folder of a user who has fetched a network from a hub.

import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @param network folder of the network
 * @param repository `ORG/REPO`
 * @param home becomes the data folder
 */
export function fetchedHub(network: string, repository: string, home: string) {
  const revision = 'c0ffee'.padEnd(40, '0');
  const id = `hf:${repository}`;
  const name = `hf--${repository.replace('/', '--')}--${revision}`;
  const folder = path.join(home, 'imgdiag', 'extractors', name);
  cpSync(network, folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((below) => statSync(path.join(folder, below)).isFile())
    .map((below) => {
      const bytes = readFileSync(path.join(folder, below));
      const checksum = createHash('sha256').update(bytes).digest('hex');
      const place = { path: below, source: `http://hub.example/${below}`, size: bytes.length };
      return { ...place, algorithm: 'sha256', checksum };
    });
  const list = { schema_version: 1, id, revision, licence: 'mit', files };
  writeFileSync(path.join(folder, 'fetched.json'), JSON.stringify(list));
  return { home, id: `${id}@${revision}` };
}
