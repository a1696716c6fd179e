import { pageKey } from '../graph/names.ts';
import type { Change } from '../graph/graph.ts';
import type { PageFacts, Place } from '../graph-index/facts.ts';
import { scanReferences } from '../graph-index/references.ts';
import type { Fix } from './finding.ts';

/** Rewrites every link to a name on a page. Tags stay: they need no page. */
export function renameLinks(page: PageFacts, key: string, to: string): Fix | undefined {
  return onLinks(page, key, `Link to “${to}” instead`, () => `[[${to}]]`);
}

/** Takes the brackets off every link to a name on a page, so that the name stays as text. */
export function unlink(page: PageFacts, key: string): Fix | undefined {
  return onLinks(page, key, 'Make it plain text', (name) => name, true);
}

/** `[label]([[name]])` and `{{embed [[name]]}}`: what is left of them without the link. */
const LABELLED = /\[([^[\]\n]+)\]\(\[\[([^[\]\n]+)\]\]\)/g;
const EMBEDDED = /\{\{\s*embed\s+\[\[([^[\]\n]+)\]\]\s*\}\}/gi;

function onLinks(
  page: PageFacts,
  key: string,
  title: string,
  written: (name: string) => string,
  takesOff = false,
): Fix | undefined {
  const places = new Set(
    page.links
      .filter((link) => link.key === key && link.kind !== 'tag' && link.kind !== 'file')
      .map((link) => link.place),
  );
  const off = (text: string): string =>
    text
      .replace(LABELLED, (all, label: string, name: string) => (pageKey(name) === key ? label : all))
      .replace(EMBEDDED, (all, name: string) => (pageKey(name) === key ? name.trim() : all));
  const edit = (text: string): string =>
    (takesOff ? off(text) : text).replace(
      /(#?)(\[\[)((?:[^[\]\n]|\[(?!\[)|\](?!\]))*)\]\]/g,
      (all, hash: string, _open, name: string) => (hash === '' && pageKey(name) === key ? written(name.trim()) : all),
    );
  return editPlaces(page, places, title, edit, (before, after) => !mentions(after, key) && before !== after);
}

/** Whether a text still links to a name: in code it may go on to stand there. */
function mentions(text: string, key: string): boolean {
  let found = false;
  scanReferences(text, {
    link: (kind, name) => {
      if (kind !== 'tag' && pageKey(name) === key) found = true;
    },
    path: () => {},
    block: () => {},
    query: () => {},
    code: () => {},
  });
  return found;
}

/**
 * The same edit of the text and the properties of some places of a page. Undefined when it does not do what is meant
 * everywhere (`works`), as a change that mends half would.
 */
export function editPlaces(
  page: PageFacts,
  places: Iterable<Place>,
  title: string,
  edit: (text: string) => string,
  works: (before: string, after: string) => boolean = (before, after) => before !== after,
): Fix | undefined {
  const changes: Change[] = [];
  for (const place of places) {
    const properties: Record<string, string> = {};
    let before = place.content;
    let after = edit(place.content);
    const content = after;
    for (const [name, value] of Object.entries(place.properties)) {
      const edited = edit(value);
      before += `\n${value}`;
      after += `\n${edited}`;
      if (edited !== value) properties[name] = edited;
    }
    if (!works(before, after)) return undefined;
    if (place.ref === null) changes.push({ kind: 'properties', properties });
    else
      changes.push({
        kind: 'update',
        ref: place.ref,
        content,
        ...(Object.keys(properties).length > 0 && { properties }),
      });
  }
  return changes.length === 0 ? undefined : { title, pages: [{ page: page.name, revision: page.revision, changes }] };
}
