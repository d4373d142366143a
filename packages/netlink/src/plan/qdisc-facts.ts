import { ofKind } from './link-facts.js'

/** Kinds of qdiscs that cannot change their options. */
const fixedQdiscs: ReadonlySet<string> = new Set(['clsact', 'drr', 'htb', 'ingress', 'mq', 'mqprio', 'noqueue', 'qfq'])

/** Options of qdiscs that the kernel cannot change, by kind. */
const fixedQdiscOptions: Readonly<Record<string, readonly string[]>> = {
  // `fq_codel_change` refuses it once the queues exist.
  fq_codel: ['options.flows'],
}

/** True for an option that the kernel cannot change while the qdisc exists. `qdisc_change` refuses other blocks. */
export const isFixedOfQdisc = (kind: string, key: string): boolean =>
  ['ingressBlock', 'egressBlock'].includes(key) ||
  (key.startsWith('options.') && fixedQdiscs.has(kind)) ||
  ofKind(fixedQdiscOptions, kind).includes(key)

/** Kinds without classes: their `cl_ops` are missing, or have no `graft`. */
export const classless: ReadonlySet<string> = new Set([
  ...['bfifo', 'blackhole', 'clsact', 'codel', 'fq', 'fq_pie', 'gred', 'hhf'],
  ...['ingress', 'noqueue', 'pfifo', 'pfifo_fast', 'pie', 'plug'],
])

/** Kinds that have no class until a request creates one. Plans create none. */
export const ofGivenClasses: ReadonlySet<string> = new Set(['drr', 'hfsc', 'htb', 'qfq'])

/** Kinds whose classes are numbered from 1, and the option with their number: `prio_find`, `ets_class_find`. */
const bandsOptions: Readonly<Record<string, string>> = { ets: 'nbands', prio: 'bands' }

/** Returns the number of bands in options of a qdisc; undefined for kinds without them. */
export function bandsIn(kind: string, options: object | undefined): number | undefined {
  const key = bandsKey(kind)
  const bands = key === undefined ? undefined : (options as Readonly<Record<string, unknown>> | undefined)?.[key]
  return typeof bands === 'number' ? bands : undefined
}

/** Returns the option with the number of bands of a kind. */
const bandsKey = (kind: string) => (Object.hasOwn(bandsOptions, kind) ? bandsOptions[kind] : undefined)

/** Kinds that get a new queue with each change of their options, in place of the qdisc in their class: `__red_change`, `sfb_change`. */
const refilled: ReadonlySet<string> = new Set(['red', 'sfb'])

/**
 * Returns true for the number of a class whose qdisc the kernel deletes when the options of the upper one are changed: the class of a
 * band that is removed (`prio_tune`, `ets_qdisc_change`), or any class of some kinds.
 */
export function losesClass(kind: string, options: object | undefined): (minor: number) => boolean {
  const bands = bandsIn(kind, options)
  return (minor) => refilled.has(kind) || (bands !== undefined && minor > bands)
}

const limited: ReadonlySet<string> = new Set(['bfifo', 'pfifo', 'pfifo_head_drop'])

/** True for a queue that gets the limit of the qdisc above it with each change of that one's options: `fifo_set_limit`, called by `tbf_change`. */
export const getsLimitOf = (kind: string | undefined, above: string) => above === 'tbf' && limited.has(kind ?? '')
