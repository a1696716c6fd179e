import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Ended } from './ended.ts';
import { createSpans, plannedIds } from './spans.ts';

const LAST_WAIT_MS = 2_000;

export interface Traces {
  write(ended: Ended): void;
  /** Sends what has not been sent; a receiver that is away is waited for two seconds at most. */
  close(): Promise<void>;
}

/** Sends spans in batches as OTLP over HTTP (JSON). A receiver that is away costs the spans of that time and nothing else. */
export function openTraces({ url, token, version }: { url: string; token?: string; version: string }): Traces {
  const ids = plannedIds();
  const exporter = new OTLPTraceExporter({
    url,
    timeoutMillis: 5_000,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'stagebook', 'service.version': version }),
    idGenerator: ids,
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 1_000, maxQueueSize: 20_000 })],
  });
  const write = createSpans(provider.getTracer('stagebook', version), ids);
  return {
    write,
    close: () =>
      Promise.race([provider.shutdown().catch(() => undefined), sleep(LAST_WAIT_MS, undefined, { ref: false })]),
  };
}
