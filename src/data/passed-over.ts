// What is never meant as images or labels: what systems leave in folders, and what imgdiag writes.

/** Left in a folder of copies by `classify --sort_into`. */
export const SORTED_MARKER = '.imgdiag_sorted';
export const SORTED_TEXT =
  'Images were sorted here by imgdiag classify --sort_into. Within another --image_dir, this folder is left out.\n';

/** What is there before anybody puts a file on a disk, a share or in a repository's empty folder. */
const OF_VOLUMES =
  /^(lost\+found|\$recycle\.bin|recycler|system volume information|@eadir|@recycle|@recently-snapshot|[#~]snapshot|#recycle|thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|\.(ds_store|localized|trash.*|spotlight-v100|fseventsd|temporaryitems|documentrevisions-v100|snapshots?|zfs|nfs.*|(git)?keep|gitignore|gitattributes|placeholder))$/i;
const OF_PROGRAMS = /^(__macosx|node_modules|__pycache__)$/i;

/** Whether a folder that holds nothing else counts as empty. */
export function isOfVolume(name: string): boolean {
  return OF_VOLUMES.test(name);
}

/** Whether a file or folder of this name is hidden, or made by a system or program. */
export function isSystemName(name: string): boolean {
  return name.startsWith('.') || OF_VOLUMES.test(name) || OF_PROGRAMS.test(name);
}

/** Each row: names that only occur together in what imgdiag writes. */
const WRITTEN: readonly (readonly RegExp[])[] = [
  [/^manifest\.json$/, /^versions$/], // a model
  [/^model\.onnx$/, /^labels\.txt$/, /^head$/], // a version of one that was not published
  [/^evaluation\.json$/, /^predictions\.csv$/], // a report
  [/^(out_of_fold|near_duplicates)\.csv$/], // what --no_report leaves of it
  [/^space\.json$/, /^segment-[0-9a-f-]{36}\.bin$/], // the feature cache
  [/^intermediate_\d+\.onnx$/], // --intermediate_output_graphs_dir
  [/^events\.out\.tfevents\..*imgdiag$/], // --summaries_dir
];
const ANY = new RegExp(WRITTEN.flatMap((row) => row.map(({ source }) => source)).join('|'));

/** Whether imgdiag wrote the folder that holds these names; `sorted`: by `--sort_into`. */
export function writtenByUs(names: readonly string[]): 'sorted' | 'output' | undefined {
  if (names.includes(SORTED_MARKER)) return 'sorted';
  const ours = names.filter((name) => ANY.test(name));
  const found = WRITTEN.some((row) => row.every((one) => ours.some((name) => one.test(name))));
  return found ? 'output' : undefined;
}
