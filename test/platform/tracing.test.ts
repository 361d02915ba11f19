import { describe, expect, it } from 'vitest';
import * as node from '../../src/platform/node.ts';
import * as web from '../../src/platform/web.ts';

interface Event {
  readonly name: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

describe.each([
  { platform: 'Node', ...node },
  { platform: 'the web', ...web },
])('on $platform', ({ openChannel, openTracing }) => {
  it('a channel delivers events while a listener listens', () => {
    const channel = openChannel<string>('xcap-test:channel');
    const heard: string[] = [];
    expect(channel.hasListeners).toBe(false);
    const stop = channel.listen((event) => heard.push(event));
    expect(channel.hasListeners).toBe(true);
    channel.publish('one');
    stop();
    channel.publish('two');
    expect(heard).toEqual(['one']);
    expect(channel.hasListeners).toBe(false);
  });

  it('a listener that is added twice is removed once', () => {
    const channel = openChannel<string>('xcap-test:twice');
    const heard: string[] = [];
    const listener = (event: string): void => void heard.push(event);
    const stops = [channel.listen(listener), channel.listen(listener)];
    stops[0]?.();
    channel.publish('one');
    stops[1]?.();
    expect(heard).toEqual(['one']);
  });

  it('one object reports the start and the result of an operation', async () => {
    const tracing = openTracing<Event>('xcap-test:success');
    const heard: Event[] = [];
    const stops = [
      tracing.start.listen((event) => heard.push({ ...event })),
      tracing.end.listen((event) => heard.push(event)),
    ];
    const event = { name: 'put' };
    expect(await tracing.trace(async () => 1, event)).toBe(1);
    for (const stop of stops) stop();
    expect(heard).toEqual([{ name: 'put' }, { name: 'put', result: 1 }]);
    expect(heard[1]).toBe(event);
    expect(tracing.hasListeners).toBe(false);
  });

  it('an error of an operation is reported and thrown', async () => {
    const tracing = openTracing<Event>('xcap-test:failure');
    const heard: Event[] = [];
    const stop = tracing.end.listen((event) => heard.push(event));
    await expect(tracing.trace(() => Promise.reject('no'), { name: 'put' })).rejects.toBe('no');
    stop();
    expect(heard).toEqual([{ name: 'put', error: 'no' }]);
  });
});

it('the web throws the error of a listener outside the operation', async () => {
  const tracing = web.openTracing<Event>('xcap-test:throwing');
  tracing.start.listen(() => {
    throw new RangeError('listener');
  });
  const uncaught = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
  try {
    expect(await tracing.trace(async () => 1, { name: 'put' })).toBe(1);
    expect(await thrown).toBeInstanceOf(RangeError);
  } finally {
    for (const listener of uncaught) process.on('uncaughtException', listener);
  }
});

it('Node knows the operation that a call belongs to, and the web does not', async () => {
  const later = <T>(get: () => T) => Promise.resolve().then(get);
  const [onNode, onWeb] = [node.openContextValue<string>(), web.openContextValue<string>()];
  expect(await onNode.run('put', () => later(() => onNode.get()))).toBe('put');
  expect(await onWeb.run('put', () => later(() => onWeb.get()))).toBeUndefined();
});
