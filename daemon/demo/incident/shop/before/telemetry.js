import { randomBytes } from 'node:crypto';

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Counts and times requests, in the text format of Prometheus. */
export class Metrics {
  #codes = new Map();
  #buckets = BOUNDS.map(() => 0);
  #sum = 0;
  #count = 0;

  saw(code, seconds) {
    this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
    BOUNDS.forEach((bound, index) => (this.#buckets[index] += seconds <= bound ? 1 : 0));
    this.#sum += seconds;
    this.#count += 1;
  }

  text(pool) {
    const name = 'http_request_duration_seconds';
    return [
      '# TYPE http_requests_total counter',
      ...[...this.#codes].map(([code, count]) => `http_requests_total{service="shop",code="${code}"} ${count}`),
      `# TYPE ${name} histogram`,
      ...BOUNDS.map((bound, index) => `${name}_bucket{service="shop",le="${bound}"} ${this.#buckets[index]}`),
      `${name}_bucket{service="shop",le="+Inf"} ${this.#count}`,
      `${name}_sum{service="shop"} ${this.#sum}`,
      `${name}_count{service="shop"} ${this.#count}`,
      '# TYPE pool_in_use gauge',
      `pool_in_use{service="shop"} ${pool.inUse}`,
      '# TYPE pool_size gauge',
      `pool_size{service="shop"} ${pool.size}`,
      '',
    ].join('\n');
  }
}

const nanoseconds = (ms) => String(BigInt(Math.round(ms * 1000)) * 1000n);

/** Sends lines to Loki and spans by OTLP, twice a second. What cannot be sent is dropped: the shop comes first. */
export class Reporter {
  #lines = [];
  #spans = [];

  constructor({ loki, otlp }) {
    setInterval(() => {
      const [lines, spans] = [this.#lines.splice(0), this.#spans.splice(0)];
      if (loki && lines.length > 0) {
        const streams = [{ stream: { service: 'shop' }, values: lines }];
        send(`${loki}/loki/api/v1/push`, { streams });
      }
      if (otlp && spans.length > 0) {
        const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
        send(`${otlp}/v1/traces`, { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
      }
    }, 500).unref();
  }

  log(level, message) {
    this.#lines.push([nanoseconds(Date.now()), `level=${level} msg="${message}"`]);
  }

  /** Runs work as a span, with a way to make spans below it. */
  async span(name, work, trace = randomBytes(16).toString('hex'), parent = '') {
    const id = randomBytes(8).toString('hex');
    const start = performance.timeOrigin + performance.now();
    let failed = false;
    try {
      return await work((child, inner) => this.span(child, inner, trace, id));
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      this.#spans.push({
        traceId: trace,
        spanId: id,
        parentSpanId: parent,
        name,
        startTimeUnixNano: nanoseconds(start),
        endTimeUnixNano: nanoseconds(performance.timeOrigin + performance.now()),
        status: { code: failed ? 2 : 0 },
      });
    }
  }
}

function send(url, body) {
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then(
    (answer) => answer.arrayBuffer(),
    () => undefined,
  );
}
