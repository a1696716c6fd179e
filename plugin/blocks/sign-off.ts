import type { Wish } from '../../shared/protocol/calls/proposals.ts';
import { wouldAsk } from '../../shared/run/assumed.ts';
import { defineBlock } from './block.ts';
import { markup, type Html } from './html.ts';
import { attemptLine, fact, left, word } from './parts.ts';
import { standingOf } from './requirement.ts';
import { moment } from './time.ts';

/** What is said where somebody ticked a sign-off in the text. */
export const TICK_IS_NONE = 'A tick in the text signs nothing: sign with “Review and sign…”.';

/** People's agreement: a signature, made in the panel. A tick in the text opens nothing. */
export const signOff = defineBlock({
  role: 'sign-off',
  look({ scene, node }) {
    const id = node.path.slice(node.path.lastIndexOf('/') + 1);
    const { tone, gate, signOff: asked, signatures, refusal } = standingOf(scene, node);
    const facts: Html[] = [];
    const people = asked?.people ?? 1;
    if (signatures.length > 0 && people > 1) facts.push(fact(`${signatures.length} of ${people}`));
    for (const { person, at } of signatures) facts.push(fact(markup`${word(person, 24)}, ${moment(at, scene.now)}`));
    if (refusal) {
      const { person, at } = refusal.signature;
      facts.push(fact(markup`refused by ${word(person, 24)}, ${moment(at, scene.now)}`));
    }
    const waits = tone === 'wait';
    if (waits && asked?.deadline !== undefined) facts.push(left(asked.deadline));
    if (tone === 'skip' && gate?.gate) facts.push(fact('nobody was asked'));
    if (tone === 'shown' && asked) facts.push(fact(wouldAsk(asked)));
    const wish: Wish | undefined =
      waits && scene.run && gate && scene.notice === undefined
        ? {
            kind: 'sign-off',
            run: scene.run.run,
            node: gate.key,
            signOff: id,
          }
        : undefined;
    const unsigned = (): Html | undefined => {
      if (tone === 'ok' || refusal) return undefined;
      const tried = waits
        ? attemptLine(scene, (one) => one.run === scene.run?.run && one.node === gate?.key && one.signOff === id)
        : undefined;
      if (tried || node.uuid === undefined || !scene.ticked(node.uuid)) return tried;
      return markup`<span class="sb-why sb-tried" data-s="bad"><span><span class="sb-tag">unsigned</span> ${TICK_IS_NONE}</span></span>`;
    };
    const words = {
      ok: 'signed',
      bad: 'refused',
      wait: 'waiting for a signature',
      idle: 'not asked yet',
      skip: 'not asked',
      stop: 'unsigned',
      shown: 'nobody was asked',
    };
    return {
      tone,
      shape: 'square',
      word: words[tone as keyof typeof words],
      facts,
      line: refusal?.reason ? markup`<span class="sb-why">${word(refusal.reason, 200)}</span>` : unsigned(),
      actions: wish
        ? [
            {
              act: 'sign',
              label: 'Review and sign…',
              title: `Review and sign: ${node.title}`,
              does: { kind: 'propose', wish },
            },
          ]
        : [],
    };
  },
});
