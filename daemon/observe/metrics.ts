import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import type { RunEvent } from '../../shared/run/event.ts';
import type { Clock } from '../clock.ts';
import type { Ended, Witness } from './ended.ts';
import { createMeters } from './meters.ts';
import type { Standing } from './standing.ts';

/** How many combinations of labels a metric may have; what goes beyond is counted together. */
const MOST_SERIES = 2_000;

/** Gives what was measured when it is asked; nothing leaves by itself. */
class OnRequest extends MetricReader {
  constructor() {
    super({
      aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE,
      cardinalitySelector: () => MOST_SERIES,
    });
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Metrics {
  count(event: RunEvent, ended: Ended | undefined): void;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  close(): Promise<void>;
}

export interface MetricsMeans {
  witness: Witness;
  standing(): Standing;
  clock: Clock;
  version: string;
}

/** Counts from now on, as Prometheus expects of a process: its counters begin at 0. */
export function openMetrics({ witness, standing, clock, version }: MetricsMeans): Metrics {
  const reader = new OnRequest();
  const resource = resourceFromAttributes({ 'service.name': 'stagebook', 'service.version': version });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meters = createMeters(provider.getMeter('stagebook', version), witness, standing, () => clock.now());
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  return {
    count: (event, ended) => meters.count(event, ended),
    async text() {
      const { resourceMetrics, errors } = await reader.collect();
      if (errors.length > 0) throw errors[0];
      return serializer.serialize(resourceMetrics);
    },
    close: () => provider.shutdown(),
  };
}
