/** RFC 5025: presence rules, with verbs that decide who may see the presence of the user. https://www.rfc-editor.org/rfc/rfc5025 */

import type { Element } from '@xmldom/xmldom';
import type { UsageTable } from '../../../selector/usage-table.ts';
import { XcapDocument } from '../../document.ts';
import { type DecisionRequest, decide, type WatcherDecision } from './decide.ts';
import { ruleOfIdentity } from './exclude-watcher.ts';
import { type ForgetOptions, forget, type HandlingOptions, type HandlingResult, handle } from './handling.ts';
import { type LintOptions, type LintWarning, lint } from './lint.ts';
import { type RuleSummary, summaries } from './rules.ts';
import type { PresRules } from './table.ts';
import type { Watcher } from './watchers.ts';

/**
 * A document of presence rules, of the usage of IETF or of OMA. A refused call leaves the document as it was.
 *
 * The verbs `allow`, `block`, `politeBlock` and `confirm` manage rules with the ids `xcap-allow`, `xcap-block`,
 * `xcap-polite-block` and `xcap-confirm`, followed by `-anonymous` or `-others` for the groups of OMA, and by a number when
 * the id is taken. Assigning a watcher removes it from its previous managed rule. A watcher with a managed rule is excepted
 * from the managed rules of its domain. A rule with another id, or with other conditions than the verbs write, is not
 * managed and not changed, except with `{ rewrite: true }`. Because permissions only add up (RFC 4745 section 10.2), such
 * a rule may grant more than the call: see `remaining` in the result.
 *
 * @example
 * const doc = presRules.create();
 * doc.allow('sip:bob@example.com');
 * doc.decide({ watcher: 'sip:bob@example.com' }).subHandling; // allow
 */
export class PresRulesDocument<U extends UsageTable = PresRules> extends XcapDocument<U> {
  /**
   * Lets watchers see the presence of the user.
   *
   * @param watchers - one or several URIs or `{ domain }`; `'everyone'`; in the usage of OMA also `'anonymous'` and `'others'`
   * @param options - `transformations`: the visible parts. Default: everything
   * @throws InvalidArgumentError for an invalid watcher or option, {@link ValidationError} for unknown transformations
   *
   * @example
   * doc.allow(['sip:bob@example.com', { domain: 'example.org' }]);
   */
  allow(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'allow', watchers, options);
  }

  /**
   * Refuses subscriptions of watchers. See `allow` for the parameters and errors.
   *
   * @example
   * doc.block('sip:mallory@example.com');
   */
  block(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'block', watchers, options);
  }

  /**
   * Accepts subscriptions of watchers, but shows them the user as unavailable. See `allow` for the parameters and errors.
   *
   * @example
   * doc.politeBlock('sip:boss@example.com');
   */
  politeBlock(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'polite-block', watchers, options);
  }

  /**
   * Keeps subscriptions of watchers pending until the user decides. See `allow` for the parameters and errors.
   *
   * @example
   * doc.confirm({ domain: 'example.net' });
   */
  confirm(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'confirm', watchers, options);
  }

  /**
   * Removes watchers from every managed rule. Other rules, and managed rules of their domain, still apply.
   *
   * @throws InvalidArgumentError for an invalid watcher or option
   *
   * @example
   * doc.forget('sip:bob@example.com').remaining; // rules that still apply
   */
  forget(watchers: Watcher | readonly Watcher[], options: ForgetOptions = {}): HandlingResult {
    return forget(XcapDocument.stateOf(this), watchers, options);
  }

  /**
   * Returns all rules in document order, with their conditions as data and as text.
   *
   * @example
   * doc.rules().map(({ id, description }) => `${id}: ${description}`); // ['xcap-allow: sip:bob@example.com']
   */
  rules(): RuleSummary<U>[] {
    return summaries<U>(XcapDocument.stateOf(this));
  }

  /**
   * Decides what a watcher may see: combines the permissions of all matching rules (RFC 4745 section 10.2), and reports
   * which rules matched and why the others did not. Works on invalid documents: invalid and unknown parts grant nothing.
   *
   * @param request - the watcher; `{}` is an unauthenticated watcher
   * @throws InvalidArgumentError for a watcher without a URI scheme, a time without a time zone, or an unknown option
   *
   * @example
   * doc.decide({ watcher: 'sip:bob@example.com', sphere: 'work' }).subHandling; // allow
   */
  decide(request: DecisionRequest): WatcherDecision<U> {
    return decide<U>(XcapDocument.stateOf(this), request);
  }

  /**
   * Reports rules that are valid but probably wrong: empty or unreachable rules, past validity, identities without a
   * scheme, watchers that one rule restricts and another allows, and documents that allow nobody.
   *
   * @param options - `at`: the time to check validity at. Default: now
   * @throws InvalidArgumentError for an invalid time or an unknown option
   *
   * @example
   * doc.lint().map(({ message }) => message);
   */
  lint(options: LintOptions = {}): LintWarning[] {
    return lint(XcapDocument.stateOf(this), this.root, options);
  }

  /** Returns the rule of an empty identity: it applies to nobody, and an empty identity is not valid. */
  protected override removedWithEmpty(emptied: Element): Element | undefined {
    return ruleOfIdentity(emptied);
  }
}
