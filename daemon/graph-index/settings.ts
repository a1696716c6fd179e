import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CONFIG, readConfig, type FolderConfig } from '../graph/config.ts';
import { readEdn, type Edn } from '../graph/edn.ts';
import { pageKey } from '../graph/names.ts';

/** What of a graph's own configuration (`logseq/config.edn`) its review has to know. */
export interface GraphSettings extends FolderConfig {
  /** Properties whose values are lists of pages, besides `tags` and `alias`. */
  commaProperties: ReadonlySet<string>;
  /** Properties in whose values there are no references. */
  ignoredProperties: ReadonlySet<string>;
  /** Keys of pages that a person reaches without a link: the home page, favourites. */
  reached: ReadonlySet<string>;
  /** Folders and files that Logseq does not look at, relative to the graph, with a slash in front. */
  hidden: readonly string[];
  /** Text of it that refers to pages: queries of journals, commands, macros. */
  text: string;
}

export const DEFAULT_SETTINGS: GraphSettings = {
  ...DEFAULT_CONFIG,
  commaProperties: new Set(),
  ignoredProperties: new Set(),
  reached: new Set(),
  hidden: [],
  text: '',
};

/** Reads them; a configuration that cannot be understood counts as Logseq's defaults, and `problem` says so. */
export async function readSettings(root: string): Promise<{ settings: GraphSettings; problem?: string }> {
  let config: FolderConfig;
  try {
    const read = await readConfig(root);
    if (!read) return { settings: DEFAULT_SETTINGS };
    config = read;
  } catch (error) {
    return { settings: DEFAULT_SETTINGS, problem: error instanceof Error ? error.message : String(error) };
  }
  const text = readFileSync(join(root, 'logseq', 'config.edn'), 'utf8');
  const value = text.trim() === '' ? new Map<Edn, Edn>() : readEdn(text);
  const all = value instanceof Map ? value : new Map<Edn, Edn>();
  const home = all.get(':default-home');
  const pages = [...texts(all.get(':favorites')), ...(home instanceof Map ? texts(home.get(':page')) : [])];
  return {
    settings: {
      ...config,
      commaProperties: keywords(all.get(':property/separated-by-commas')),
      ignoredProperties: keywords(all.get(':ignored-page-references-keywords')),
      reached: new Set(pages.map(pageKey)),
      hidden: texts(all.get(':hidden')).map((path) => `/${path.replace(/^\/|\/$/g, '')}`),
      text,
    },
  };
}

const keywords = (value: Edn | undefined): Set<string> =>
  new Set(texts(value).map((name) => name.replace(/^:/, '').toLowerCase()));

function texts(value: Edn | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
