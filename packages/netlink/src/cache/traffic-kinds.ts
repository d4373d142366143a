import { AF } from '../codec/index.js'
import { TC_H, TCM_IFINDEX } from '../route/tc/constants.js'
import type { ActionMessage, QdiscMessage, TclassMessage, TfilterMessage } from '../route/tc/index.js'
import type { Kind } from './kind.js'

/** Counters, times and numbers of users, which change without an event. */
const counters = ['stats', 'stats2', 'xstats', 'rate', 'pcnt', 'tm', 'refcnt', 'bindcnt', 'inHwCount'] as const

const CLSACT = 0xffff0000
/** The hooks of clsact. Qdiscs of the kind ingress have the first. */
export const INGRESS = CLSACT + TC_H.MIN_INGRESS
export const EGRESS = CLSACT + TC_H.MIN_EGRESS

/** A place of filters and chains, as their messages have it. */
export interface Place {
  readonly ifindex: number
  readonly parent: number
}

/** Returns the text by which objects at a place are looked up. */
export const placeReference = ({ ifindex, parent }: Place): string => `${ifindex} ${parent}`

const placeReferences = (place: Place) => [place.ifindex, placeReference(place)]

/** Returns the place of a message under one name: the kernel repeats the request's name of the ingress hook. */
const withPlace = <T extends Place>(message: T): T =>
  message.parent >>> 16 === 0xffff && message.ifindex !== TCM_IFINDEX.MAGIC_BLOCK && message.parent !== EGRESS
    ? { ...message, parent: INGRESS }
    : message

/** The only action of a message. */
export const actionIn = ({ attrs }: ActionMessage) => attrs.tab?.[0]?.[1]

interface GeneralParms {
  readonly index: number
  readonly refcnt: number
  readonly bindcnt: number
}

/** Returns the members that the options of actions of each kind begin with. */
export function actionParms(message: ActionMessage): GeneralParms | undefined {
  const options = actionIn(message)?.options as unknown as Readonly<Record<string, GeneralParms>> | undefined
  return options?.parms ?? options?.parmsEx ?? options?.tbf
}

const COMMON = { groups: ['TC'], families: [AF.UNSPEC], isSkipped: () => true } as const

/** The kinds of traffic control. */
export const trafficKinds = {
  qdisc: {
    ...{ ...COMMON, noun: 'QDISC' },
    isOne: () => true,
    identity: ({ ifindex, parent, handle }) => `${ifindex} ${parent} ${handle}`,
    references: placeReferences,
    // `info` is the number of users.
    volatile: new Set([...counters, 'info', 'directPkts']),
  } satisfies Kind<QdiscMessage> as Kind<QdiscMessage>,
  class: {
    ...{ ...COMMON, noun: 'TCLASS' },
    isOne: () => true,
    identity: ({ ifindex, handle }) => `${ifindex} ${handle}`,
    references: ({ ifindex }) => [ifindex],
    volatile: new Set(counters),
  } satisfies Kind<TclassMessage> as Kind<TclassMessage>,
  filter: {
    ...{ ...COMMON, noun: 'TFILTER' },
    parts: (message) => [withPlace(message)],
    // Without options: all filters of a priority.
    isOne: ({ attrs }) => attrs.options !== undefined,
    isSeveral: ({ attrs }) => attrs.options === undefined,
    isReported: (message) => !isHashTable(message),
    identity: ({ ifindex, parent, info, handle, attrs }) =>
      `${ifindex} ${parent} ${attrs.chain ?? 0} ${info} ${handle}`,
    references: placeReferences,
    volatile: new Set(counters),
  } satisfies Kind<TfilterMessage> as Kind<TfilterMessage>,
  chain: {
    ...{ ...COMMON, noun: 'CHAIN' },
    // The kernel names the qdisc, but not which of its hooks and classes has the chain.
    isSeveral: () => true,
    isOne: ({ attrs }) => attrs.chain !== undefined,
    identity: ({ ifindex, parent, attrs }) => `${ifindex} ${parent} ${attrs.chain}`,
    references: placeReferences,
    volatile: new Set(counters),
  } satisfies Kind<TfilterMessage> as Kind<TfilterMessage>,
  action: {
    ...{ ...COMMON, noun: 'ACTION' },
    parts: ({ attrs, ...header }) =>
      (attrs.tab ?? []).map((action) => ({ ...header, attrs: { tab: [action] } }) as ActionMessage),
    // Without options: all actions of a kind.
    isOne: (message) => actionParms(message) !== undefined,
    isSeveral: (message) => actionParms(message) === undefined,
    // A filter's own action has no other users.
    isListed: (message) => {
      const { refcnt = 0, bindcnt = 0 } = actionParms(message) ?? {}
      return refcnt > bindcnt
    },
    identity: (message) => `${actionIn(message)?.kind} ${actionParms(message)?.index}`,
    volatile: new Set(counters),
  } satisfies Kind<ActionMessage> as Kind<ActionMessage>,
}

/** True for the table of u32 that the kernel creates silently with the first filter of a priority. */
const isHashTable = ({ handle, attrs: { kind, options } }: TfilterMessage) =>
  kind === 'u32' && (handle & 0xfffff) === 0 && (options as { divisor?: number } | undefined)?.divisor === 1
