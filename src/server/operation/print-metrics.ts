/** The text format of Prometheus, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */

import { DURATION_BOUNDS, type DurationHistogram, type MetricsSnapshot } from './metrics.ts';

/** The media type of the text. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Prints a snapshot. */
export function printMetrics(snapshot: MetricsSnapshot): string {
  const { requests, durations, ...counts } = snapshot;
  const families = [
    family('xcap_requests_total', 'counter', 'Requests by method, status and application usage.', byLabels(requests)),
    family(
      'xcap_request_duration_seconds',
      'histogram',
      'Seconds from the head of a request to the end of the reply.',
      Object.entries(durations).flatMap(([method, histogram]) => histogramLines(method, histogram)),
    ),
    family('xcap_store_errors_total', 'counter', 'Operations of the store that failed.', [` ${counts.storeErrors}`]),
    family('xcap_connections', 'gauge', 'Open connections.', [` ${counts.connections}`]),
    family('xcap_connections_total', 'counter', 'Accepted connections.', [` ${counts.accepted}`]),
    family('xcap_subscriptions', 'gauge', 'Subscriptions to changes.', [` ${counts.subscriptions}`]),
    family('xcap_notifications_total', 'counter', 'Delivered notifications.', [` ${counts.notifications}`]),
    family('xcap_processes', 'gauge', 'Server processes that these figures are the sum of.', [` ${counts.processes}`]),
  ];
  return families.join('');
}

/** @param samples - the rest of each line after the name of the family */
const family = (name: string, type: string, help: string, samples: readonly string[]): string =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => `${name}${sample}`), ''].join('\n');

const byLabels = (requests: MetricsSnapshot['requests']): string[] =>
  Object.entries(requests).map(([key, count]) => {
    const [method = '', status = '', ...usage] = key.split(' ');
    return `{${labels({ method, status, usage: usage.join(' ') })}} ${count}`;
  });

/** The counts of a histogram include those of the smaller classes. */
function histogramLines(method: string, { counts, sum }: DurationHistogram): string[] {
  let total = 0;
  const buckets = counts.map((count, at) => {
    total += count;
    return `_bucket{${labels({ method, le: String(DURATION_BOUNDS[at] ?? '+Inf') })}} ${total}`;
  });
  return [...buckets, `_sum{${labels({ method })}} ${sum}`, `_count{${labels({ method })}} ${total}`];
}

const labels = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
