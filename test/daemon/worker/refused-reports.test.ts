import { describe, expect, it } from 'vitest';
import { refusedReports } from '../../../daemon/worker/refused-reports.ts';
import { fail } from '../../../shared/failure.ts';

const HUB = { id: 'ours', url: 'http://hub' };
const unknown = fail('denied', 'ingest.run', 'The hub at http://hub answered 404: Nobody here knows run-1.');

describe('what a hub does not take of a run', () => {
  const heard = () => {
    const told: string[] = [];
    return { told, reports: refusedReports(HUB, (problem) => void told.push(problem)) };
  };
  const often = (times: number, act: () => void): void => Array.from({ length: times }, () => act()).forEach(() => {});

  it('is told to people when it stays so, once, with what may be the cause [scale.worker.refused]', () => {
    const { told, reports } = heard();
    often(11, () => reports.refused('run-1', unknown));
    expect(told).toEqual([]);
    often(50, () => reports.refused('run-1', unknown));
    expect(told).toEqual([expect.stringMatching(/Nobody here knows run-1.*restate\.hub\.id/)]);
  });

  it('is no news while reports only come in another order, or the hub is away [scale.worker.refused]', () => {
    const { told, reports } = heard();
    often(9, () => {
      often(5, () => reports.refused('run-1', unknown));
      reports.taken('run-1');
      reports.refused('run-2', fail('unavailable', 'hub.away', 'The hub does not answer.'));
    });
    expect(told).toEqual([]);
  });

  it('is told at once when this worker is not let in [scale.worker.refused]', () => {
    const { told, reports } = heard();
    reports.refused('run-1', fail('denied', 'ingest.token', 'Not let in.'));
    expect(told).toEqual([expect.stringContaining('restate.hub.token')]);
  });
});
