export * from './basic.ts';
export * from './challenge.ts';
export * from './content-type.ts';
export * from './digest.ts';
export * from './digest-client.ts';
export * from './digest-server.ts';
export * from './etag.ts';
export * from './header-text.ts';
