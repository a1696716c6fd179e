import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call, device, go, say } from '../app.ts';
import { useAsked } from '../asked.ts';
import { ArmedBar } from '../parts/armed-bar.tsx';
import { useSigning } from '../parts/challenge.ts';
import { Icon } from '../parts/icon.tsx';
import { Link, Loading, Page, Trouble } from '../parts/page.tsx';
import { ShownView } from '../parts/shown.tsx';
import { Tried } from '../parts/tried.tsx';
import { Foreign, Line } from '../parts/text.tsx';
import { readShown } from '../model/shown.ts';

/** Exactly what is being approved, and the two answers to it. */
export function Approval({ run, node, signOff }: { run: string; node: string; signOff: string }): JSX.Element {
  const [refusing, setRefusing] = useState(false);
  const [reason, setReason] = useState('');
  const subject = { kind: refusing ? ('reject' as const) : ('sign-off' as const), run, node, signOff };
  const { challenge, failure, changed, busy, sign, again } = useSigning(subject);
  const requests = useAsked('requests', { run }, ['events', 'runs']);
  const asked = requests.value?.some(
    (each) => each.kind === 'sign-off' && each.node === node && each.signOff === signOff,
  );
  const shown = challenge && readShown(challenge.shown);
  const done = (what: string) => {
    say(what);
    go({ at: 'run', run }, true);
  };
  const agree = () =>
    sign(async (signature) => {
      await call('sign', { run, node, signOff, signature });
      done('Signed.');
    });
  const refuse = () => {
    const why = reason.trim() || undefined;
    sign(async (signature) => {
      await call('reject', { run, node, signOff, signature, ...(why === undefined ? {} : { reason: why }) });
      done('Rejected.');
    }, why);
  };
  return (
    <Page title={shown?.signOff ?? 'Approval'} icon={<Icon tone="wait" square word="waits for a signature" />}>
      <p class="dim">
        {shown && (
          <>
            <Foreign text={shown.subject} /> ·{' '}
          </>
        )}
        <Link to={{ at: 'run', run }}>{shown ? <Foreign text={shown.workflow} /> : 'the run'}</Link>
      </p>
      {failure && <Trouble failure={failure} again={again} />}
      {changed && (
        <p class="note wait" role="status">
          What is shown has changed since you opened it. Look at it again before you sign.
        </p>
      )}
      {!challenge && !failure && <Loading />}
      {challenge && <ShownView challenge={challenge} />}
      <Tried concerns={(one) => one.run === run && one.node === node && one.signOff === signOff} />
      {asked === false && (
        <p class="note" role="status">
          This is not asked any more: it was decided, or the run went on.{' '}
          <Link to={{ at: 'run', run }}>See the run</Link>
        </p>
      )}
      {challenge && shown && asked && (
        <ArmedBar
          reset={`${challenge.digest} ${refusing}`}
          busy={busy}
          deeds={
            refusing
              ? [
                  { label: 'Back', run: () => setRefusing(false) },
                  { label: busy ? 'Rejecting…' : 'Sign the rejection', danger: true, run: refuse },
                ]
              : [
                  { label: 'Reject…', run: () => setRefusing(true) },
                  { label: busy ? 'Signing…' : 'Sign', filled: true, run: agree },
                ]
          }
        >
          <p class="armed-title">
            <span>{refusing ? 'Reject' : 'Agree'}:</span> <Line text={shown.signOff ?? shown.subject} class="strong" />
          </p>
          <p class="dim small">
            as {device.value?.person} · digest <code>{challenge.digest.slice(0, 16)}</code>
          </p>
          {refusing && (
            <label class="field">
              <span>Why (everybody can read it)</span>
              <textarea
                rows={2}
                maxLength={10_000}
                value={reason}
                onInput={(event) => setReason(event.currentTarget.value)}
              />
            </label>
          )}
        </ArmedBar>
      )}
    </Page>
  );
}
