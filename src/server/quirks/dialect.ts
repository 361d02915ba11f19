/** Builds the dialect of a set of quirks. */

import type { AuthDialect } from '../auth/dialect.ts';
import { type Dialect, type Method, STANDARD } from '../dialect.ts';
import type { Outcome, ServerRequest } from '../exchange.ts';
import { authQuirks } from './auth.ts';
import { CALL_QUIRKS } from './calls.ts';
import { KAMAILIO } from './kamailio.ts';
import type { QuirkName } from './names.ts';
import { OPENXCAP } from './openxcap/dialect.ts';
import { REQUEST_QUIRKS } from './requests.ts';
import { UT_CALL_QUIRKS } from './ut.ts';

type Quirks = ReadonlySet<QuirkName>;

/** The dialect of a server with these quirks. Without any, it is the standard. */
export function dialectOf(quirks: Quirks): Dialect {
  if (quirks.size === 0) return STANDARD;
  const base = baseOf(quirks);
  const auth: AuthDialect = { ...base.auth, ...authQuirks(quirks) };
  return {
    ...base,
    auth,
    writes: {
      validates: !quirks.has('unchecked'),
      movesToEnd: { created: quirks.has('appending'), replaced: quirks.has('moving-replace') },
    },
    isLocked: !quirks.has('unlocked'),
    logsInFirst: quirks.has('auid-after-login'),
    sendsDate: !quirks.has('no-date'),
    closesConnections: !quirks.has('ignores-close'),
    publishesDiffs: quirks.has('published-diffs'),
    exchange: (request, next, root) => wrapped(quirks, root, (changed) => base.exchange(changed, next, root))(request),
    method: (call, standard) => wrappedMethod(quirks, (changed) => base.method(changed, standard))(call),
  };
}

function baseOf(quirks: Quirks): Dialect {
  if (quirks.has('xpath-nodes')) return KAMAILIO;
  return quirks.has('spliced-nodes') ? OPENXCAP : STANDARD;
}

type Answer = (request: ServerRequest) => Promise<Outcome>;

function wrapped(quirks: Quirks, root: string, innermost: Answer): Answer {
  let answer = innermost;
  for (const [name, intercept] of REQUEST_QUIRKS.toReversed()) {
    const next = answer;
    if (quirks.has(name)) answer = (request) => intercept(request, next, root);
  }
  return answer;
}

function wrappedMethod(quirks: Quirks, innermost: Method): Method {
  let method = innermost;
  for (const [name, intercept] of [...UT_CALL_QUIRKS, ...CALL_QUIRKS].toReversed()) {
    const next = method;
    if (quirks.has(name)) method = (call) => intercept(call, next);
  }
  return method;
}
