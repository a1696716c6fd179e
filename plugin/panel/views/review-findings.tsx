import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../../../shared/failure.ts';
import type { CallParameters } from '../../../shared/protocol/calls.ts';
import type { ReviewItem, ReviewPreview, ReviewSeverity } from '../../../shared/review.ts';
import { call, say } from '../app.ts';
import { exactly } from '../model/time.ts';
import type { Tone } from '../../../shared/run/tone.ts';
import { grouped } from '../model/number.ts';
import { Diff } from '../parts/diff.tsx';
import { Icon } from '../parts/icon.tsx';
import { Link, Loading, Trouble } from '../parts/page.tsx';
import { Foreign, Line } from '../parts/text.tsx';

export const TONE_OF_SEVERITY: Readonly<Record<ReviewSeverity, Tone>> = {
  error: 'bad',
  warning: 'unknown',
  hint: 'idle',
};

/** So many are shown first; of a long list each further piece is as long as what is there already, up to a frame's worth. */
const PIECE = 20;
const LARGEST_PIECE = 100;
const DAY_MS = 86_400_000;
const LATER = [
  [1, 'tomorrow'],
  [7, 'in a week'],
  [30, 'in a month'],
] as const;

/** Some findings, a piece at a time: what more depends on first. */
export function Findings({
  graph,
  request,
  turn,
  changed,
  none,
  open = false,
}: {
  graph: string;
  request: Omit<CallParameters<'review.findings'>, 'graph' | 'offset' | 'limit'>;
  /** Another number asks again. */
  turn: number;
  changed(): Promise<void>;
  /** What is said where there are none. */
  none: string;
  open?: boolean;
}): JSX.Element {
  const [shown, setShown] = useState<{ findings: ReviewItem[]; total: number }>();
  const [wanted, setWanted] = useState(PIECE);
  const [failure, setFailure] = useState<Failure>();
  const key = JSON.stringify(request);
  const ask = (): (() => void) => {
    let current = true;
    collect(graph, request, wanted).then(
      (value) => current && (setShown(value), setFailure(undefined)),
      (error: unknown) => current && setFailure(toFailure(error)),
    );
    return () => (current = false);
  };
  useEffect(ask, [graph, key, turn, wanted]);
  if (!shown) return failure ? <Trouble failure={failure} again={ask} /> : <Loading />;
  const left = shown.total - shown.findings.length;
  const next = Math.min(Math.max(PIECE, shown.findings.length), LARGEST_PIECE);
  return (
    <div class="findings">
      <Trouble failure={failure} again={ask} />
      {shown.total === 0 && <p class="dim">{none}</p>}
      <ul class="plain">
        {shown.findings.map((item) => (
          <li key={item.finding}>
            <FindingRow graph={graph} item={item} changed={changed} open={open} />
          </li>
        ))}
      </ul>
      {left > 0 && (
        <button type="button" onClick={() => setWanted(shown.findings.length + next)}>
          Show next {Math.min(next, left)} of {grouped(left)}
        </button>
      )}
    </div>
  );
}

/** As many as are wanted, in pieces that a frame takes. */
async function collect(
  graph: string,
  request: object,
  wanted: number,
): Promise<{ findings: ReviewItem[]; total: number }> {
  const findings: ReviewItem[] = [];
  for (let total = Infinity; findings.length < Math.min(wanted, total);) {
    const limit = Math.min(100, wanted - findings.length);
    const piece = await call('review.findings', { graph, ...request, offset: findings.length, limit });
    findings.push(...piece.findings);
    ({ total } = piece);
    if (piece.findings.length === 0) return { findings, total: findings.length };
    if (findings.length >= total) return { findings, total };
    if (findings.length >= wanted) return { findings, total };
  }
  return { findings, total: findings.length };
}

function FindingRow({
  graph,
  item,
  changed,
  open,
}: {
  graph: string;
  item: ReviewItem;
  changed(): Promise<void>;
  open: boolean;
}): JSX.Element {
  const { finding, severity, page, line, message, weight, since, fix, trust, state, decided } = item;
  const [looking, setLooking] = useState(open && fix !== undefined);
  const [waiting, setWaiting] = useState(false);
  const [refusing, setRefusing] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const row = useRef<HTMLElement>(null);
  const done = (): Promise<void> => {
    focusBeside(row.current);
    return changed();
  };
  const decide = async (decision: CallParameters<'review.decide'>['decision'], words: string): Promise<void> => {
    try {
      await call('review.decide', { graph, finding, decision });
      say(words);
      await done();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <article ref={row} class="finding">
      <Icon tone={TONE_OF_SEVERITY[severity]} square word={severity} />
      <div class="grow">
        <p>
          <Foreign text={message} characters={400} />
        </p>
        <p class="dim small facts-row">
          <Line text={line === undefined ? page : `${page}, line ${line}`} />
          {weight > 0 && (
            <span>
              {grouped(weight)} {weight === 1 ? 'place depends' : 'places depend'} on it
            </span>
          )}
          {since !== undefined && <span>since {exactly(since)}</span>}
        </p>
        {decided && (
          <p class="dim small">
            {state === 'snoozed' && decided.until !== undefined
              ? `Put off until ${exactly(decided.until)}`
              : 'No issue'}
            {' by '}
            <Foreign text={decided.by} />
            {decided.reason !== '' && (
              <>
                : <Foreign text={decided.reason} />
              </>
            )}
          </p>
        )}
        <div class="row wrap">
          {fix !== undefined && state === 'open' && (
            <button type="button" aria-expanded={looking} onClick={() => setLooking(!looking)}>
              <Line text={fix} />…
            </button>
          )}
          {trust !== undefined && (
            <Link to={{ at: 'trust', definition: trust }} class="button">
              Look and trust…
            </Link>
          )}
          {state === 'open' ? (
            <>
              <button type="button" class="quiet" aria-expanded={waiting} onClick={() => setWaiting(!waiting)}>
                Put off…
              </button>
              <button type="button" class="quiet" aria-expanded={refusing} onClick={() => setRefusing(!refusing)}>
                Not an issue…
              </button>
            </>
          ) : (
            <button
              type="button"
              onClick={(event) => event.isTrusted && void decide({ kind: 'reopen' }, 'Open again.')}
            >
              Open again
            </button>
          )}
        </div>
        {waiting && state === 'open' && (
          <div class="row wrap" role="group" aria-label={`Put off until: ${message.slice(0, 80)}`}>
            {LATER.map(([days, words]) => (
              <button
                key={days}
                type="button"
                onClick={(event) =>
                  event.isTrusted && void decide({ kind: 'snooze', until: Date.now() + days * DAY_MS }, 'Put off.')
                }
              >
                {words}
              </button>
            ))}
          </div>
        )}
        {refusing && state === 'open' && (
          <Why
            label={`Why it is no issue: ${message.slice(0, 80)}`}
            done={(reason) => decide({ kind: 'dismiss', reason }, 'Remembered as no issue.')}
          />
        )}
        {looking && <Preview graph={graph} finding={finding} changed={changed} done={done} />}
        <Trouble failure={failure} />
      </div>
    </article>
  );
}

/** A finding that is dealt with goes: who works by keyboard goes on at the next one, else at its group. */
function focusBeside(row: HTMLElement | null): void {
  const item = row?.closest('li');
  const beside = item?.nextElementSibling ?? item?.previousElementSibling;
  const next = beside?.querySelector<HTMLElement>('button') ?? row?.closest('details')?.querySelector('summary');
  (next ?? document.getElementById('main'))?.focus();
}

function Why({ label, done }: { label: string; done(reason: string): Promise<void> }): JSX.Element {
  const [reason, setReason] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // Before the next key, so that nothing typed is lost.
  useLayoutEffect(() => field.current?.focus(), []);
  const empty = reason.trim() === '';
  return (
    <form
      class="row why"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty && event.isTrusted) void done(reason.trim());
      }}
    >
      <input
        ref={field}
        aria-label={label}
        placeholder="Why, for whoever wonders later"
        maxLength={2_000}
        value={reason}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
      <button type="submit" aria-disabled={empty}>
        Remember
      </button>
    </form>
  );
}

/** Exactly what would change, and the click that does it. */
function Preview({
  graph,
  finding,
  changed,
  done,
}: {
  graph: string;
  finding: string;
  /** What is shown may not be so any more. */
  changed(): Promise<void>;
  /** The finding is mended. */
  done(): Promise<void>;
}): JSX.Element {
  const [preview, setPreview] = useState<ReviewPreview>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const look = (): void => {
    call('review.preview', { graph, finding }).then(
      (value) => (setPreview(value), setFailure(undefined)),
      (error: unknown) => setFailure(toFailure(error)),
    );
  };
  useEffect(look, [graph, finding]);
  const apply = async (digest: string): Promise<void> => {
    setBusy(true);
    try {
      await call('review.apply', { graph, finding, digest });
      say('Done. It can be undone below, under “Mended here”.');
      await done();
    } catch (error) {
      setFailure(toFailure(error));
      setPreview(undefined);
      setBusy(false);
    }
  };
  return (
    <div class="preview">
      <Trouble
        failure={failure}
        again={() => {
          void changed();
          look();
        }}
      />
      {!preview && !failure && <Loading />}
      {preview?.pages.map(({ page, line, before, after }) => (
        <div key={page}>
          <p class="dim small">
            <Foreign text={page} />
            {line !== undefined && line > 1 && ` · from line ${line}`}
          </p>
          <Diff before={before} after={after} label={`Change of ${page}`} />
        </div>
      ))}
      {preview && (
        <div class="row">
          <button
            type="button"
            class="primary"
            aria-disabled={busy}
            onClick={(event) => event.isTrusted && !busy && void apply(preview.digest)}
          >
            {busy ? 'Applying…' : 'Apply'}
          </button>
          <span class="dim small">It can be undone.</span>
        </div>
      )}
    </div>
  );
}
