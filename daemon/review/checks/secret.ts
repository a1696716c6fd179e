import type { Change } from '../../graph/graph.ts';
import type { PageFacts, SecretSeen } from '../../graph-index/facts.ts';
import { defineCheck } from '../check.ts';
import type { Fix } from '../finding.ts';

const HIDDEN = '‹secret›';

export const secret = defineCheck({
  check: 'secret',
  title: 'Secrets written into pages',
  explanation:
    'Everybody who reads, syncs or backs up the graph has them. Change them where they are valid; taking them off the page is not enough.',
  severity: 'error',
  onPage(page) {
    const counts = new Map<string, number>();
    return page.secrets.map((seen) => {
      const { kind, place } = seen;
      const number = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, number);
      return {
        page,
        place,
        about: number === 1 ? kind : `${kind} ${number}`,
        message: `This looks like ${kind}. Make it invalid where it is used, and keep the new one in the keychain.`,
        fix: hide(page, seen),
      };
    });
  },
});

function hide(page: PageFacts, { from, to, property, place }: SecretSeen): Fix {
  const without = (text: string): string => text.slice(0, from) + HIDDEN + text.slice(to);
  const properties = property === undefined ? undefined : { [property]: without(place.properties[property] ?? '') };
  const change: Change =
    place.ref === null
      ? { kind: 'properties', properties: properties ?? {} }
      : {
          kind: 'update',
          ref: place.ref,
          content: properties ? place.content : without(place.content),
          ...(properties && { properties }),
        };
  return { title: 'Take it off the page', pages: [{ page: page.name, revision: page.revision, changes: [change] }] };
}
