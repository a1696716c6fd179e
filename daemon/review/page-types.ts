import type { PageFacts } from '../graph-index/facts.ts';

/** Types of the pages that Stagebook writes: records of what was, which nobody has to link to or keep up to date. */
const RECORDS = new Set(
  'run review incident incidents post-mortem postmortem release announcement release-announcement feature-design feature todos'.split(
    ' ',
  ),
);

export const typeOf = (page: PageFacts): string | undefined => page.type;

export const isRecord = (page: PageFacts): boolean => RECORDS.has(typeOf(page) ?? '');

export const isPostMortem = (page: PageFacts): boolean => /^post-?mortem$/.test(typeOf(page) ?? '');

/** Whether the page stands for others that are made of it: what it leaves open is for them to fill in. */
export const isTemplate = (page: PageFacts): boolean =>
  page.properties.template !== undefined || /^templates?(?:$|[/ :-])|[/ -]template$/.test(page.key);

/** A page that Logseq's import from Zotero made. */
export const isFromZotero = (page: PageFacts): boolean =>
  page.properties['item-type'] !== undefined &&
  /zotero/i.test(page.properties.links ?? page.properties['library-catalog'] ?? '');

/** Notes on a document, which Logseq makes and keeps by itself. */
export const isHighlights = (page: PageFacts): boolean => page.key.startsWith('hls__');

/** A property's value as a word to compare: without marks of links, in small letters. */
export function word(value: string | undefined): string {
  return (value ?? '')
    .replace(/^#?\[\[(.*)\]\]$|^#/, '$1')
    .trim()
    .toLowerCase();
}
