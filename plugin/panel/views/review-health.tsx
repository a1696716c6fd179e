import type { JSX } from 'preact';
import type { ReviewOverview } from '../../../shared/review.ts';

const WIDTH = 640;
const HEIGHT = 90;
const SERIES = [
  ['error', 'bad', 'errors'],
  ['warning', 'wait', 'warnings'],
  ['hint', 'idle', 'hints'],
] as const;

/** How many findings were open, day by day; what it shows stands in the table beneath, too. */
export function Health({ days }: { days: ReviewOverview['days'] }): JSX.Element | null {
  if (days.length < 2) return null;
  const most = Math.max(1, ...days.map(({ counts }) => counts.error + counts.warning + counts.hint));
  const slot = WIDTH / days.length;
  return (
    <section class="card">
      <h2>Open, day by day</h2>
      <svg
        class="health"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Open findings on the last ${days.length} days with a review; the same as a table below`}
      >
        {days.map(({ day, counts }, index) => {
          let from = HEIGHT;
          return SERIES.map(([name, tone]) => {
            const height = (counts[name] / most) * HEIGHT;
            from -= height;
            return (
              <rect
                key={`${day} ${name}`}
                data-tone={tone}
                x={index * slot + slot * 0.15}
                width={Math.min(slot * 0.7, 40)}
                y={from}
                height={height}
              />
            );
          });
        })}
      </svg>
      <ul class="plain legend">
        {SERIES.map(([name, tone, word]) => (
          <li key={name}>
            <i data-tone={tone} aria-hidden="true" /> {days.at(-1)!.counts[name]} {word}
          </li>
        ))}
      </ul>
      <details class="fold">
        <summary>As a table</summary>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Day</th>
              {SERIES.map(([name, , word]) => (
                <th key={name} scope="col" class="number">
                  {word}
                </th>
              ))}
              <th scope="col" class="number">
                pages
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, pages, counts }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                {SERIES.map(([name]) => (
                  <td key={name} class="number">
                    {counts[name]}
                  </td>
                ))}
                <td class="number">{pages}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}
