import { EditConflictError, TimeoutError, TransportError } from '../client/errors.ts';
import { XcapError } from '../selector/errors.ts';
import { asksForPlainBasic } from './account/plain-basic.ts';
import { CliFailure, EXIT, UsageFailure } from './failure.ts';
import { shown } from './output/escape.ts';

/** A message about an error, and the exit status that it ends the program with. */
export interface Described {
  readonly message: string;
  readonly exitCode: number;
}

/** Describes any error on one line, by its class and codes. */
export function describeError(error: unknown, program: string): Described {
  const { message, exitCode } = describe(error, program);
  return { message: shown(oneLine(message)), exitCode };
}

function describe(error: unknown, program: string): Described {
  if (error instanceof UsageFailure)
    return { message: `${program}: error: ${error.message}. Type ${program} -h for help.`, exitCode: error.exitCode };
  if (error instanceof CliFailure) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof TransportError) return { message: transportMessage(error), exitCode: EXIT.failed };
  if (error instanceof XcapError)
    return {
      message: withHint(error.message, hintOf(error)),
      exitCode: error.status === undefined ? EXIT.failed : EXIT.refused,
    };
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    message: `FATAL: ${what}; this is a bug in ${program}: run it again with --debug and report it.`,
    exitCode: EXIT.failed,
  };
}

/** `FATAL: <what> <where>`: the form that scripts know from python-xcaplib. */
function transportMessage(error: TransportError): string {
  const unknown = error.outcome === 'unknown' ? '; the server may have acted on the request' : '';
  const what = timeoutMessage(error) ?? CERTIFICATES[causeCode(error)] ?? error.reason;
  return `FATAL: ${what}${unknown} (${error.where})`;
}

function timeoutMessage(error: TransportError): string | undefined {
  if (!(error instanceof TimeoutError) || error.timeout === undefined) return undefined;
  return `no complete answer within ${error.timeout} ms; try again, or raise --timeout`;
}

const TRUST = 'check the host name, or name the authority that signed it with --ca FILE';

/** Certificates that Node refuses, by its code, with the option that helps. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: `the server's certificate has expired; ${TRUST}`,
  DEPTH_ZERO_SELF_SIGNED_CERT: `the server's certificate is self-signed; ${TRUST}`,
  SELF_SIGNED_CERT_IN_CHAIN: `the server's certificate comes from an authority that is not trusted; ${TRUST}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `the server's certificate comes from an unknown authority; ${TRUST}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `the server's certificate comes from an unknown authority; ${TRUST}`,
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host; check the host in --xcap-root",
};

/** The code that Node gave the cause of an error. */
function causeCode(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** Returns advice that names options of the command line, where the library names its own. */
function hintOf(error: XcapError): string | undefined {
  if (error instanceof EditConflictError) return 'Run it again.';
  if (error.status === 401)
    return `Check --sip-address and the password: --password-file, XCAP_PASSWORD or the configuration file${asksForPlainBasic(error) ? '; Basic over plain HTTP also needs --allow-basic' : ''}.`;
  if (error.status !== undefined && error.status >= 300 && error.status < 400)
    return 'If you trust the other server, give its root with --xcap-root.';
  return undefined;
}

const withHint = (message: string, hint: string | undefined): string =>
  hint === undefined ? message : `${message.replace(/[.;]?$/, '.')} ${hint}`;

const oneLine = (text: string): string =>
  text.includes('\n')
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ')
    : text;
