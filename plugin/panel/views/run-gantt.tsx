import type { JSX } from 'preact';
import type { RunState } from '../../../shared/run/state.ts';
import { ganttOf } from '../model/gantt.ts';
import type { OutlineRow } from '../model/outline.ts';
import { took } from '../model/time.ts';
import { isActive, TONES } from '../../../shared/run/tone.ts';
import { useNow } from '../now.ts';
import { Empty } from '../parts/page.tsx';
import { Line } from '../parts/text.tsx';

const percent = (fraction: number) => `${Math.round(fraction * 10_000) / 100}%`;

/** When stages, steps and gates were at work. */
export function GanttChart({ state, rows }: { state: RunState; rows: readonly OutlineRow[] }): JSX.Element {
  const now = useNow(isActive(state.status));
  const { bars, ticks } = ganttOf(state, rows, now);
  if (bars.length === 0) return <Empty title="Nothing has begun yet." />;
  return (
    <table class="gantt">
      <caption class="hidden">When each part was at work</caption>
      <thead>
        <tr>
          <th scope="col">Part</th>
          <th scope="col" class="lane">
            <span class="hidden">When</span>
            {ticks.map(({ at, milliseconds }) => (
              <span key={milliseconds} class="tick-label" style={{ insetInlineStart: percent(at) }} aria-hidden="true">
                {milliseconds === 0 ? '0' : took(milliseconds).replace('.0s', 's')}
              </span>
            ))}
          </th>
          <th scope="col" class="number">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ row, from, width, milliseconds, open }) => (
          <tr key={row.id} class={row.node.role === 'stage' ? 'stage' : ''}>
            <th scope="row">
              <Line text={row.mark ? `${row.title} (${row.mark})` : row.title} />
            </th>
            <td class="lane">
              {ticks.map(({ at, milliseconds: tick }) => (
                <span key={tick} class="tick" style={{ insetInlineStart: percent(at) }} />
              ))}
              <span
                class="bar"
                data-tone={row.tone}
                data-open={open ? 'true' : undefined}
                style={{ insetInlineStart: percent(from), width: percent(width) }}
              />
              <span class="hidden">
                {TONES[row.tone]}, began {took(from * ganttLength(state, now))} in
              </span>
            </td>
            <td class="number">{took(milliseconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ganttLength(state: RunState, now: number): number {
  return (state.endedAt ?? now) - state.startedAt;
}
