import type { BlockRef } from '../../graph-index/facts.ts';
import { defineCheck, eachPageWith } from '../check.ts';
import { editPlaces } from '../fixes.ts';

export const brokenBlockReference = defineCheck({
  check: 'broken-block-reference',
  title: 'References to blocks that are not there',
  explanation: 'What was said there is missing on the page: the block was deleted, or its page was.',
  severity: 'error',
  run: eachPageWith('blockRefs', function* (page, { graph }) {
    const missing = new Map<string, BlockRef[]>();
    for (const ref of page.blockRefs) {
      if (ref.place.template || graph.blocks(ref.uuid).length > 0) continue;
      missing.set(ref.uuid, [...(missing.get(ref.uuid) ?? []), ref]);
    }
    for (const [uuid, refs] of missing) {
      const labelled = refs.every(({ label }) => label !== undefined && label !== '');
      const places = new Set(refs.map(({ place }) => place));
      const link = new RegExp(`\\[([^\\]\\n]*)\\]\\(\\(\\(${uuid}\\)\\)\\)`, 'gi');
      const fix =
        labelled && editPlaces(page, places, 'Keep the text without the link', (text) => text.replace(link, '$1'));
      yield {
        page,
        place: refs[0]!.place,
        about: uuid,
        message: `There is no block ((${uuid})). Say here what it said, or refer to another one.`,
        ...(fix && { fix }),
      };
    }
  }),
});
