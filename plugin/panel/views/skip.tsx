import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call, device, go, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { readShown } from '../model/shown.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { useSigning } from '../parts/challenge.ts';
import { Icon } from '../parts/icon.tsx';
import { Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { ShownView } from '../parts/shown.tsx';
import { Foreign, Line } from '../parts/text.tsx';
import { pathOf, walk } from '../../../shared/workflow/definition.ts';

/** A failed or waiting part is let pass, with a reason and a signature. */
export function Skip({ run, node }: { run: string; node: string }): JSX.Element {
  const [reason, setReason] = useState('');
  const { challenge, failure, changed, busy, sign, again } = useSigning({ kind: 'skip', run, node });
  const shown = challenge && readShown(challenge.shown);
  const known = useAsked('run.definition', { run });
  const part = known.value && [...walk(known.value.definition.body)].find(({ path }) => path === pathOf(node))?.node;
  const title = part?.title || shown?.subject;
  const skip = () => {
    const why = reason.trim();
    sign(async (signature) => {
      await call('skip', { run, node, signature, reason: why });
      say('Skipped.');
      go({ at: 'run', run }, true);
    }, why);
  };
  return (
    <Page title={title === undefined ? 'Skip' : `Skip “${title}”`} icon={<Icon tone="skip" />}>
      <p class="dim">
        <Link to={{ at: 'run', run }}>{shown ? <Foreign text={shown.workflow} /> : 'The run'}</Link>
      </p>
      <Trouble failure={failure} again={again} />
      {changed && <p class="note wait">What is shown has changed. Look at it again before you sign.</p>}
      {!challenge && !failure && <Loading />}
      {challenge && (
        <label class="field">
          <span>Why it can be skipped (everybody can read it)</span>
          <textarea
            rows={3}
            maxLength={10_000}
            required
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
      )}
      {challenge && <ShownView challenge={challenge} />}
      {challenge && shown && (
        <ArmedBar
          reset={challenge.digest}
          busy={busy}
          deeds={[
            { label: busy ? 'Signing…' : 'Sign: skip it', danger: true, disabled: reason.trim() === '', run: skip },
          ]}
        >
          <p class="armed-title">
            <span>Skip</span> <Line text={title ?? shown.subject} class="strong" />
          </p>
          <p class="dim small">{reason.trim() === '' ? 'Say why first.' : `as ${device.value?.person ?? ''}`}</p>
        </ArmedBar>
      )}
    </Page>
  );
}
