import type { AssetRef, PageFacts } from '../../graph-index/facts.ts';
import { defineCheck, type Found, type Subject } from '../check.ts';
import { editPlaces } from '../fixes.ts';

export const deadAsset = defineCheck({
  check: 'dead-asset',
  title: 'Pictures and files that are not there',
  explanation: 'The page shows nothing where it should show them: the file was deleted, renamed, or never came along.',
  severity: 'error',
  *run(subject): Iterable<Found> {
    const { graph } = subject;
    const { files } = graph;
    if (!files) {
      subject.note('Pictures and files were not checked: this graph does not say which it has.');
      return;
    }
    const used = new Set<string>();
    let byName: Map<string, string[]> | undefined;
    for (const page of graph.having('assets')) {
      const told = new Set<string>();
      for (const asset of page.assets) {
        const file = fileOf(asset, files);
        if (file !== undefined) used.add(file);
        else if (
          (page.kind === 'page' || page.kind === 'journal') &&
          !page.lists &&
          !asset.place.template &&
          !told.has(asset.path)
        ) {
          told.add(asset.path);
          byName ??= namesOf(files);
          yield foundOf(page, asset, byName);
        }
      }
    }
    noteUnused(files, used, subject);
  },
});

/** The file that is shown, or undefined. An address behind the name (`#page=3`) is no part of it. */
function fileOf({ path, written }: AssetRef, files: ReadonlySet<string>): string | undefined {
  for (const way of [path, written, path.replace(/[?#].*$/, '')]) {
    const file = inGraph(way);
    if (files.has(file)) return file;
    // A folder of them.
    if (file.endsWith('/')) for (const each of files) if (each.startsWith(file)) return each;
  }
  return undefined;
}

const inGraph = (path: string): string => (/(?:^|\/)((?:assets|draws)\/.*)$/.exec(path)?.[1] ?? path).normalize('NFC');

function namesOf(files: ReadonlySet<string>): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const file of files) {
    const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
    names.set(name, [...(names.get(name) ?? []), file]);
  }
  return names;
}

function foundOf(page: PageFacts, asset: AssetRef, byName: Map<string, string[]>): Found {
  const { path, written, place } = asset;
  const same =
    byName.get(
      path
        .slice(path.lastIndexOf('/') + 1)
        .toLowerCase()
        .normalize('NFC'),
    ) ?? [];
  const [only] = same;
  const fix =
    same.length === 1 && only !== undefined
      ? editPlaces(page, placesOf(page, written), `Show ${only} instead`, (text) =>
          text.replaceAll(written, pathTo(only, written)),
        )
      : undefined;
  return {
    page,
    place,
    about: path,
    message: `There is no file ${path}. ${only !== undefined && fix ? `${only} is probably meant.` : 'Put it there again, or take it off the page.'}`,
    ...(fix && { fix }),
  };
}

const placesOf = (page: PageFacts, written: string) =>
  new Set(page.assets.filter((asset) => asset.written === written).map(({ place }) => place));

/** As the page writes its paths: with what stood before, and escaped where it was. */
function pathTo(file: string, written: string): string {
  const before = /^(.*?)(?:assets|draws)\//.exec(written)?.[1] ?? '../';
  return `${before}${/%[0-9a-f]{2}/i.test(written) || /[()\s]/.test(file) ? encodeURI(file).replaceAll('(', '%28').replaceAll(')', '%29') : file}`;
}

/** Files that nothing shows may be there for a reason: they are counted, and no page is to blame. */
function noteUnused(files: ReadonlySet<string>, used: ReadonlySet<string>, { note }: Subject): void {
  let unused = 0;
  for (const file of files) {
    // Notes on a document and what was cut out of it are kept beside it, by Logseq itself.
    if (file.startsWith('assets/') && !used.has(file) && !/\.edn$|^assets\/[^/]+\//.test(file)) unused += 1;
  }
  if (unused > 0)
    note(`${unused} ${unused === 1 ? 'file' : 'files'} in assets/ ${unused === 1 ? 'is' : 'are'} shown on no page.`);
}
