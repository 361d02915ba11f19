import { UsageFailure } from '../failure.ts';
import type { Options } from '../options/options.ts';

/** Where a server listens. */
export interface ListenAddress {
  readonly host: string | undefined;
  readonly port: number;
}

/**
 * Reads `--listen`, or `--host` and `--port`.
 *
 * @throws UsageFailure for both, or a wrong one
 */
export function listenAddress(options: Options): ListenAddress {
  const listen = options.text('listen');
  if (listen === undefined) return { host: options.text('host'), port: portOf(options.text('port') ?? '8000', 'port') };
  if (options.flag('host') || options.flag('port'))
    throw new UsageFailure('option --listen: it contains host and port; leave --host and --port out');
  const [, inBrackets, plain, port = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(listen) ?? [];
  const host = inBrackets ?? plain;
  if (host === undefined)
    throw new UsageFailure(`option --listen: '${listen}' is not HOST:PORT, such as 0.0.0.0:8443 or [::]:8443`);
  return { host, port: portOf(port, 'listen') };
}

function portOf(text: string, option: string): number {
  const port = Number(text);
  if (text !== '' && Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new UsageFailure(`option --${option}: '${text}' is not a port from 0 to 65535`);
}
