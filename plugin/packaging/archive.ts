import { strToU8, zipSync, type Zippable } from 'fflate';

/** What of our package.json the marketplace and Logseq read. */
export interface PackageManifest {
  name: string;
  version: string;
  description: string;
  author: string;
  license: string;
  logseq: { id: string; title: string; main: string; icon: string; effect: boolean; supportsDB: boolean };
}

/** Files by their names in the archive. */
export type ArchiveFiles = Readonly<Record<string, Uint8Array>>;

/** The package.json inside the archive: nothing of our scripts and libraries, since nothing is installed from it. */
function packageManifest({ name, version, description, author, license, logseq }: PackageManifest): object {
  return { name, version, description, author, license, main: logseq.main, logseq };
}

/** The entry of Logseq's marketplace (`packages/<id>/manifest.json` of its repository). `repo` as in `owner/name`. */
export function marketplaceManifest({ description, author, logseq }: PackageManifest, repo: string): object {
  const { title, icon, supportsDB, effect } = logseq;
  return { title, description, author, repo, icon, effect, supportsDB };
}

/** The marketplace's zip. The same files give the same bytes, anywhere and any time. */
export function archiveOf(manifest: PackageManifest, files: ArchiveFiles): Uint8Array {
  const json = `${JSON.stringify(packageManifest(manifest), null, 2)}\n`;
  const all: ArchiveFiles = { ...files, 'package.json': strToU8(json) };
  // The time in a zip is local: this is the same one everywhere, the first that there is.
  const options = { mtime: new Date(1980, 0, 1), level: 9, os: 3, attrs: 0o100644 << 16 } as const;
  const entries = Object.keys(all)
    .sort()
    .map((name): [string, Zippable[string]] => [name, [all[name]!, options]]);
  return zipSync(Object.fromEntries(entries));
}
