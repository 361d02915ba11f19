/** Spans as OpenTelemetry has them, without a dependency: one per call of the client, its requests below it. */
import { type OperationEvent, observe, type RequestEvent, resourceLists, XcapClient } from 'xcap';
import { createXcapServer } from 'xcap/server';

/** What `tracer.startSpan(name, { attributes }, parent)` of OpenTelemetry would make. */
class Span {
  readonly #name: string;
  readonly #parent: Span | undefined;

  constructor(name: string, parent: Span | undefined) {
    this.#name = name;
    this.#parent = parent;
  }

  get path(): string {
    return this.#parent ? `${this.#parent.path} > ${this.#name}` : this.#name;
  }

  end(attributes: Record<string, unknown>): void {
    console.log(this.path, JSON.stringify(attributes));
  }
}

const spans = new WeakMap<OperationEvent | RequestEvent, Span>();
const spanOf = (event: OperationEvent | undefined) => event && spans.get(event);
const typeOf = (error: unknown) => (error instanceof Error ? error.name : undefined);

observe({
  operation: {
    start: (event) => spans.set(event, new Span(`xcap ${event.operation}`, spanOf(event.parent))),
    end: (event) => spans.get(event)?.end({ 'error.type': typeOf(event.error) }),
  },
  request: {
    start: (event) => spans.set(event, new Span(event.method, spanOf(event.operation))),
    end: (event) =>
      spans.get(event)?.end({
        'url.path': new URL(event.url).pathname,
        'http.response.status_code': event.result?.status,
        'error.type': typeOf(event.error),
      }),
  },
});

const user = 'sip:alice@example.com';
const server = await createXcapServer({ users: { [user]: 'wonderland' } });
const client = new XcapClient({ root: server.root, user, auth: { password: 'wonderland' } });
await client.edit(resourceLists, (doc) => void doc.addList('friends'));
await client.get(resourceLists.list('nobody')).catch(() => console.log('there is no such list'));
await client.close();
await server.close();
