import { Fragment, type JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { RunEvent } from '../../../shared/run/event.ts';
import { timeline, type Evidence, type TimelineLine } from '../../../shared/run/timeline.ts';
import type { Definition } from '../../../shared/workflow/definition.ts';
import { dayOf, exactly, secondOfDay } from '../model/time.ts';
import { Foreign, Value } from '../parts/text.tsx';

/** Lines that are drawn before somebody asks for more. */
const PIECE = 300;

/** What is worth telling of a run, the same as on its page. */
export function Timeline({ events, definition }: { events: readonly RunEvent[]; definition: Definition }): JSX.Element {
  const [all, setAll] = useState(false);
  const [limit, setLimit] = useState(PIECE);
  const lines = useMemo(() => timeline(events, definition), [events, events.length, definition]);
  const shown = lines.filter((line) => all || line.shown);
  return (
    <>
      <label class="check-label">
        <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> Show every
        line ({lines.length})
      </label>
      <ol class="plain timeline">
        {shown.slice(0, limit).map((line, index) => (
          <Fragment key={line.seq}>
            {isOfAnotherDay(line, shown[index - 1]) && <li class="day">{dayOf(line.at)}</li>}
            <TimelineRow line={line} />
          </Fragment>
        ))}
      </ol>
      {shown.length > limit && (
        <button type="button" onClick={() => setLimit(limit + PIECE)}>
          Show more
        </button>
      )}
    </>
  );
}

/** Lines have the time of day alone: the date stands above the first that is not of today or of the day before it. */
function isOfAnotherDay({ at }: TimelineLine, before: TimelineLine | undefined): boolean {
  return dayOf(at) !== dayOf(before?.at ?? Date.now());
}

function TimelineRow({ line }: { line: TimelineLine }): JSX.Element {
  return (
    <li data-kind={line.kind}>
      <time title={exactly(line.at)}>{secondOfDay(line.at)}</time>
      <span class="who">
        <Foreign text={line.actor.name} />
      </span>
      <div class="grow">
        <Foreign text={line.fact} characters={500} />
        {line.evidence.length > 0 && (
          <dl class="evidence">
            {line.evidence.map((evidence, index) => (
              <div key={index}>
                <dt>
                  <Foreign text={evidence.of} />
                </dt>
                <dd>
                  <EvidenceOf evidence={evidence} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  );
}

function EvidenceOf({ evidence }: { evidence: Evidence }): JSX.Element {
  if ('value' in evidence) return <Value value={evidence.value} label={evidence.of} />;
  // Only the web's own schemes: a link can be anything that some counterpart answered.
  if (!/^https?:\/\//.test(evidence.link)) return <Foreign text={evidence.link} />;
  return (
    <a href={evidence.link} target="_blank" rel="noopener noreferrer">
      <Foreign text={evidence.link} />
    </a>
  );
}
