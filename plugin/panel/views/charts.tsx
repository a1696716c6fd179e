import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useAsked } from '../asked.ts';
import { statisticsOf, type Statistics } from '../model/statistics.ts';
import { exactly, took } from '../model/time.ts';
import { Empty, Loading, Page, Trouble } from '../parts/page.tsx';
import { Foreign, Line } from '../parts/text.tsx';
import { chosen } from '../theme.ts';

/** How long workflows take, and how they end. */
export function Charts(): JSX.Element {
  const { value, failure, again } = useAsked('runs.list', { limit: 200 }, ['runs']);
  const statistics = value ? statisticsOf(value) : [];
  return (
    <Page title="Charts" wide>
      <p class="dim">The last 200 runs, without dry runs.</p>
      <Trouble failure={failure} again={again} />
      {!value && !failure && <Loading />}
      {value && statistics.length === 0 && <Empty title="Nothing has run yet." />}
      <div class="cards">
        {statistics.map((each) => (
          <Workflow key={each.title} statistics={each} />
        ))}
      </div>
    </Page>
  );
}

const OUTCOMES = [
  ['completed', 'ok', 'completed'],
  ['failed', 'bad', 'failed'],
  ['cancelled', 'stop', 'cancelled'],
  ['open', 'run', 'going on'],
] as const;

function Workflow({ statistics }: { statistics: Statistics }): JSX.Element {
  const { title, durations, median, outcomes, runs } = statistics;
  return (
    <section class="card">
      <h2>
        <Line text={title} />
      </h2>
      <p class="dim">
        {runs} {runs === 1 ? 'run' : 'runs'}
        {median === undefined ? '' : `, usually ${took(median)}`}
      </p>
      <div class="outcomes" aria-hidden="true">
        {OUTCOMES.map(([name, tone]) => (
          <i key={name} data-tone={tone} style={{ flexGrow: outcomes[name] }} hidden={outcomes[name] === 0} />
        ))}
      </div>
      <ul class="plain legend">
        {OUTCOMES.filter(([name]) => outcomes[name] > 0).map(([name, tone, word]) => (
          <li key={name}>
            <i data-tone={tone} aria-hidden="true" /> {outcomes[name]} {word}
          </li>
        ))}
      </ul>
      {durations.length > 1 && <Durations statistics={statistics} />}
      {durations.length > 0 && (
        <details class="fold">
          <summary>As a table</summary>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Run</th>
                <th scope="col">Started</th>
                <th scope="col" class="number">
                  Took
                </th>
              </tr>
            </thead>
            <tbody>
              {durations.map(({ run, number, at, milliseconds }) => (
                <tr key={run}>
                  <th scope="row">
                    <a href={`#/run/${encodeURIComponent(run)}`}>
                      <Foreign text={`#${number}`} />
                    </a>
                  </th>
                  <td>{exactly(at)}</td>
                  <td class="number">{took(milliseconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  );
}

/** Durations over time; what it says stands in the table beneath, too. */
function Durations({ statistics }: { statistics: Statistics }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const { durations } = statistics;
  const theme = chosen.value;
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const css = getComputedStyle(element);
    const color = (name: string) => css.getPropertyValue(name).trim();
    const axis = {
      stroke: color('--dim'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    const width = () => Math.max(200, element.clientWidth);
    const plot = new uPlot(
      {
        width: width(),
        height: 150,
        legend: { show: false },
        cursor: { y: false },
        scales: { x: { time: false }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            values: (_plot, at) => at.map((index) => (Number.isInteger(index) ? String(index + 1) : '')),
          },
          {
            ...axis,
            size: 56,
            values: (_plot, at) => at.map((seconds) => (seconds === 0 ? '0' : took(seconds * 1_000))),
          },
        ],
        series: [
          {},
          {
            stroke: color('--blue'),
            width: 2,
            fill: color('--wash'),
            points: { size: 6, fill: color('--bg'), stroke: color('--blue') },
          },
        ],
      },
      [durations.map((_, index) => index), durations.map(({ milliseconds }) => milliseconds / 1_000)],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: width(), height: 150 }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [durations.length, durations.at(-1)?.run, theme]);
  return (
    <div
      class="plot"
      ref={place}
      role="img"
      aria-label={`How long the last ${durations.length} completed runs took; the same as a table below`}
    />
  );
}
