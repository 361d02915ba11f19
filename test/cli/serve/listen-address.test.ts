import { describe, expect, it } from 'vitest';
import { Options } from '../../../src/cli/options/options.ts';
import { BackOff } from '../../../src/cli/serve/back-off.ts';
import { listenAddress } from '../../../src/cli/serve/listen-address.ts';

const options = (given: Readonly<Record<string, string>>): Options =>
  new Options(new Map(Object.entries(given).map(([name, value]) => [name, [value]])));

describe('the address to listen on', () => {
  it.for([
    ['0.0.0.0:8443', { host: '0.0.0.0', port: 8443 }],
    ['[::]:8443', { host: '::', port: 8443 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['xcap.example.com:80', { host: 'xcap.example.com', port: 80 }],
  ] as const)('is read from %s', ([listen, address]) => {
    expect(listenAddress(options({ listen }))).toEqual(address);
  });

  it.for(['8443', ':8443', '::1:8443', '[::1]', 'localhost:', 'localhost:65536', 'localhost:-1', 'a:b:1', ''])(
    'is refused as %j',
    (listen) => {
      expect(() => listenAddress(options({ listen }))).toThrow('option --listen');
    },
  );

  it('is read from --host and --port', () => {
    expect(listenAddress(options({}))).toEqual({ host: undefined, port: 8000 });
    expect(listenAddress(options({ host: '::', port: '0' }))).toEqual({ host: '::', port: 0 });
    expect(() => listenAddress(options({ port: '' }))).toThrow('option --port');
  });

  it('is given once', () => {
    expect(() => listenAddress(options({ listen: 'a:1', port: '2' }))).toThrow('leave --host and --port out');
  });
});

describe('the pause before a worker is started again', () => {
  it('doubles up to half a minute, and is short again after one that lived', () => {
    const backOff = new BackOff();
    const pauses = Array.from({ length: 12 }, () => backOff.after(0));
    expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
    expect(pauses.at(-1)).toBe(30_000);
    expect(backOff.after(60_000)).toBe(100);
    expect(backOff.after(0)).toBe(200);
  });
});
