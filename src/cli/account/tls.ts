import type { TlsOptions } from '../../client/transport/connection-options.ts';
import { CliFailure } from '../failure.ts';
import { readInput } from '../files/read.ts';
import type { Options } from '../options/options.ts';

/** Reads the certificates that the command line or the configuration names. Throws {@link CliFailure}. */
export function tlsOf(
  options: Options,
  settings: { readonly ca?: string; readonly cert?: string; readonly key?: string },
): TlsOptions {
  const [ca, cert, key] = (['ca', 'cert', 'key'] as const).map((name) => options.text(name) ?? settings[name]);
  if ((cert === undefined) !== (key === undefined))
    throw new CliFailure('A client certificate and its key belong together: give both --cert and --key.');
  return {
    ...(ca !== undefined && { ca: pem('--ca', ca) }),
    ...(cert !== undefined && { cert: pem('--cert', cert) }),
    ...(key !== undefined && { key: pem('--key', key) }),
    ...(options.flag('insecure') && { rejectUnauthorized: false }),
  };
}

function pem(option: string, file: string): Buffer {
  const content = readInput(file, option);
  if (content.includes('-----BEGIN ')) return content;
  throw new CliFailure(
    `${file} of ${option} contains nothing in PEM form (-----BEGIN ...); convert it, for instance with openssl.`,
  );
}
