/** RFC 5025: presence rules, with the verbs of a person who says who may see what. https://www.rfc-editor.org/rfc/rfc5025 */

import type { Element } from '@xmldom/xmldom';
import type { UsageTable } from '../../../selector/usage-table.ts';
import { XcapDocument } from '../../document.ts';
import { type DecisionRequest, decide, type ResolveList, type WatcherDecision } from './decide.ts';
import { removeEmptiedRule } from './exclude-watcher.ts';
import { forget, type HandlingOptions, type HandlingResult, handle } from './handling.ts';
import { type LintWarning, lint } from './lint.ts';
import { type RuleSummary, summaries } from './rules.ts';
import type { PresRules } from './table.ts';
import type { Watcher } from './watchers.ts';

/**
 * A document of presence rules, of IETF's or OMA's usage.
 *
 * The verbs `allow`, `block`, `politeBlock` and `confirm` keep rules of their own: their ids are `xcap-allow`,
 * `xcap-block`, `xcap-polite-block` and `xcap-confirm`, with `-anonymous` or `-others` for OMA's groups and a number where
 * the id is taken. Every watcher stands in one of them: it leaves its former one, and whoever is named in person is
 * excepted from what is said of the domain. A rule of another id, or one of ours that somebody gave further
 * conditions, belongs to somebody else and is not changed, unless `{ rewrite: true }` asks for it. Since permissions
 * only add up (RFC 4745 section 10.2), a foreign rule may outweigh a call: `remaining` in the result tells.
 */
export class PresRulesDocument<U extends UsageTable = PresRules> extends XcapDocument<U> {
  /**
   * Lets watchers see the presence state: everything, or what `transformations` says.
   *
   * @param watchers - a URI, `{ domain }`, several of them; with OMA's usage also `'anonymous'` and `'others'`
   * @throws InvalidArgumentError for what is no watcher, {@link ValidationError} for unknown transformations
   */
  allow(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'allow', watchers, options);
  }

  /** Refuses subscriptions of watchers. See `allow` for the parameters. */
  block(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'block', watchers, options);
  }

  /** Accepts subscriptions, but shows watchers an unavailable user. See `allow` for the parameters. */
  politeBlock(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'polite-block', watchers, options);
  }

  /** Leaves subscriptions pending until the user decides. See `allow` for the parameters. */
  confirm(watchers: Watcher | readonly Watcher[], options?: HandlingOptions<U>): HandlingResult {
    return handle(XcapDocument.stateOf(this), 'confirm', watchers, options);
  }

  /** Takes watchers out of every rule that these verbs made; rules of others, and of domains, then decide on them. */
  forget(
    watchers: Watcher | readonly Watcher[],
    options: { readonly resolveList?: ResolveList | undefined } = {},
  ): HandlingResult {
    return forget(XcapDocument.stateOf(this), watchers, options);
  }

  /** All rules in order, with their conditions as data and in words. */
  rules(): RuleSummary<U>[] {
    return summaries<U>(XcapDocument.stateOf(this));
  }

  /**
   * What a watcher may see: the permissions of all matching rules combined (RFC 4745 section 10.2), which rules matched,
   * and why each other did not. Never fails on an invalid document: what cannot be read or is not understood grants
   * nothing. `doc.decide({})` is about an unauthenticated watcher.
   *
   * @throws InvalidArgumentError for a watcher without URI scheme or a moment without time zone
   */
  decide(question: DecisionRequest): WatcherDecision<U> {
    return decide<U>(XcapDocument.stateOf(this), question);
  }

  /**
   * Rules that are legal and probably a mistake: empty or unreachable ones, validity in the past, identities without
   * scheme, watchers both held back and let through, and no rule for anyone.
   *
   * @param options - `at`: the moment to look at; default now
   */
  lint(options: { readonly at?: Date | undefined } = {}): LintWarning[] {
    return lint(XcapDocument.stateOf(this), this.root, options);
  }

  /** A rule whose last watchers have left it on either side means nobody, and an empty identity is not allowed. */
  protected override repairEmptied(emptied: readonly Element[]): void {
    for (const element of emptied) removeEmptiedRule(element);
  }
}
