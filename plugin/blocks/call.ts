import { defineBlock } from './block.ts';
import { fact, plain, word } from './parts.ts';

/** Another workflow page as a run of its own: the way there. */
export const call = defineBlock({
  role: 'call',
  look(spot) {
    const child = spot.state?.decisions.child;
    const page = spot.settings.page;
    const base = plain(spot, [typeof page === 'string' ? fact(word(page, 32)) : undefined]);
    if (typeof child !== 'string') return base;
    const open = {
      act: 'child',
      label: 'Open run',
      title: `Open the run of ${spot.node.title || 'the called page'}`,
      does: { kind: 'open', at: `#/run/${child}` } as const,
    };
    return { ...base, quiet: [...(base.quiet ?? []), open] };
  },
});
