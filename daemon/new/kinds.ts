/** A kind of thing that is one file and one line in a list. */
export interface Kind {
  /** What a good name is, as the error about a bad one says it. */
  naming: string;
  pattern: RegExp;
  folder: string;
  /** Files with a list, and the line that a new entry adds to each. */
  lists: readonly { file: string; entry: 'export' | 'text' }[];
  /** The words of the name; from them come the file's and the export's name. */
  words(name: string): string[];
  /** What the export's name ends in when the plain one could not be used or would not say enough. */
  suffix: 'always' | 'when-reserved';
  suffixWord: string;
}

export const kinds: Readonly<Record<string, Kind>> = {
  primitive: {
    naming: 'lower-case words joined by hyphens, as in sign-off',
    pattern: /^[a-z]+(-[a-z]+)*$/,
    folder: 'daemon/primitives',
    lists: [
      { file: 'daemon/primitives/index.ts', entry: 'export' },
      // The word has to be one of the language before a page can use it.
      { file: 'shared/workflow/definition.ts', entry: 'text' },
    ],
    words: (name) => name.split('-'),
    suffix: 'when-reserved',
    suffixWord: 'role',
  },
  action: {
    naming: 'integration.verb or integration.verb_noun, as in github.create_issue',
    pattern: /^[a-z][a-z0-9]*\.[a-z]+(_[a-z]+)*$/,
    folder: 'daemon/actions',
    lists: [{ file: 'daemon/actions/index.ts', entry: 'export' }],
    words: (name) => name.split(/[._]/),
    suffix: 'when-reserved',
    suffixWord: 'action',
  },
  page: {
    naming: 'lower-case words joined by hyphens, as in feature-design',
    pattern: /^[a-z]+(-[a-z]+)*$/,
    folder: 'daemon/pages',
    lists: [{ file: 'daemon/pages/index.ts', entry: 'export' }],
    words: (name) => name.split('-'),
    suffix: 'always',
    suffixWord: 'page',
  },
  check: {
    naming: 'lower-case words joined by hyphens, as in dead-asset',
    pattern: /^[a-z]+(-[a-z]+)*$/,
    folder: 'daemon/review/checks',
    lists: [{ file: 'daemon/review/checks/index.ts', entry: 'export' }],
    words: (name) => name.split('-'),
    suffix: 'when-reserved',
    suffixWord: 'check',
  },
};
