import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../shared/failure.ts';
import { readEdn, type Edn } from './edn.ts';
import type { NameFormat } from './names.ts';

/** What `logseq/config.edn` says about where pages are and how they are named. */
export interface FolderConfig {
  nameFormat: NameFormat;
  pages: string;
  journals: string;
  /** Date patterns of a journal page's name and of its file's name. */
  journalTitle: string;
  journalFile: string;
}

/** What Logseq itself writes for a new graph, as far as it matters to us. */
export const NEW_CONFIG = `{:meta/version 1
 :preferred-format "Markdown"
 :preferred-workflow :todo
 :journal/page-title-format "MMM do, yyyy"
 :journal/file-name-format "yyyy_MM_dd"
 :file/name-format :triple-lowbar}
`;

const CONFIG_FILE = join('logseq', 'config.edn');

/**
 * Reads the graph's configuration; undefined when there is none. Settings that are missing are Logseq's own defaults:
 * an old configuration without a name format means the legacy one.
 * Throws `graph.bad_config` when the file is not EDN, since guessing would put pages where Logseq does not look.
 */
export async function readConfig(root: string): Promise<FolderConfig | undefined> {
  let text: string;
  try {
    text = await readFile(join(root, CONFIG_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fail('unavailable', 'graph.away', `${join(root, CONFIG_FILE)} cannot be read.`, { cause: error });
  }
  try {
    return toConfig(text.trim() === '' ? new Map() : readEdn(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw fail(
      'invalid',
      'graph.bad_config',
      `${join(root, CONFIG_FILE)} cannot be understood: ${why}. Correct the file, or let Logseq write it anew.`,
      { cause: error },
    );
  }
}

/** The configuration of a graph that Logseq makes today. */
export const DEFAULT_CONFIG: FolderConfig = {
  nameFormat: 'triple-lowbar',
  pages: 'pages',
  journals: 'journals',
  journalTitle: 'MMM do, yyyy',
  journalFile: 'yyyy_MM_dd',
};

function toConfig(value: Edn): FolderConfig {
  if (!(value instanceof Map)) throw new Error('it is not a map');
  const text = (key: string, otherwise: string): string => {
    const found = value.get(key);
    return typeof found === 'string' && found.trim() !== '' ? found : otherwise;
  };
  return {
    nameFormat: value.get(':file/name-format') === ':triple-lowbar' ? 'triple-lowbar' : 'legacy',
    pages: text(':pages-directory', DEFAULT_CONFIG.pages),
    journals: text(':journals-directory', DEFAULT_CONFIG.journals),
    journalTitle: text(':journal/page-title-format', DEFAULT_CONFIG.journalTitle),
    journalFile: text(':journal/file-name-format', DEFAULT_CONFIG.journalFile),
  };
}
