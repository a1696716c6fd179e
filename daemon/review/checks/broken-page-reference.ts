import type { Link, PageFacts } from '../../graph-index/facts.ts';
import { defineCheck, type Found, type Subject } from '../check.ts';
import { renameLinks, unlink } from '../fixes.ts';
import { exists, filePage, likelyMeant } from '../names.ts';
import { isFromZotero, isTemplate } from '../page-types.ts';

export const brokenPageReference = defineCheck({
  check: 'broken-page-reference',
  title: 'Links to pages that are not there',
  explanation:
    'Whoever follows the link finds an empty page: the page was renamed, never written, or the name is misspelt.',
  severity: 'warning',
  names: true,
  onPage(page, subject) {
    if (page.links.length === 0 || isTemplate(page)) return [];
    const zotero = isFromZotero(page);
    const missing = new Map<string, Link>();
    for (const link of page.links) {
      // A tag is a category and needs no page; a template's names stand for others.
      if (link.kind === 'tag' || link.place.template || (zotero && isOfZotero(link))) continue;
      const id = link.kind === 'file' ? `file:${link.name}` : link.key;
      if (missing.has(id) || isThere(link, page, subject)) continue;
      missing.set(id, link);
    }
    return Array.from(missing.values(), (link) => foundOf(link, page, subject));
  },
});

/** What Zotero's import wrote: the authors and kinds of its library, and the titles of its parts. */
const isOfZotero = ({ place, name }: Link): boolean =>
  place.ref === null ||
  (/^(?:#{1,6}\s+)?\[\[[^[\]]+\]\]$/.test(place.content.trim()) && /^(?:abstract|attachments|notes)$/i.test(name));

function isThere(link: Link, page: PageFacts, subject: Subject): boolean {
  if (link.kind === 'file') return filePage(link.name, page, subject.graph) !== undefined;
  return link.key === page.key || exists(link.key, subject);
}

function foundOf(link: Link, page: PageFacts, subject: Subject): Found {
  const about = link.name;
  if (link.kind === 'file') {
    return { page, place: link.place, about, message: `There is no file ${link.name}. Write it, or correct the link.` };
  }
  const meant = likelyMeant(link.key, subject);
  const fix = meant ? renameLinks(page, link.key, meant) : unlink(page, link.key);
  return {
    page,
    place: link.place,
    about,
    message: meant
      ? `There is no page “${link.name}”. “${meant}” is probably meant.`
      : `There is no page “${link.name}”. Write it, or correct the link.`,
    ...(fix && { fix }),
  };
}
