import { ArgumentError } from '../../codec/error.js'
import { TC_ACT } from '../../route/index.js'
import { handleNumber } from '../values/handle.js'
import { defined } from '../values/objects.js'
import { bytes } from '../values/units.js'
import { general, parmsOf, verdict } from './verdict.js'
import { computed, count, listOf, objectOf, plain, wordOf } from './words.js'

// Actions that decide about a packet, send or copy it, or change its metadata.

export const gact = computed(
  {
    ...general,
    /** Another verdict for a share of the packets: for one of `value`, at random or in order. */
    random: objectOf({ type: wordOf({ netrand: 1, determ: 2 }), control: verdict, value: count }),
  },
  ({ random, ...rest }) =>
    defined({
      parms: parmsOf(rest, TC_ACT.OK),
      prob: random && { ptype: random.type ?? 1, pval: random.value ?? 0, paction: random.control ?? TC_ACT.OK },
    }),
  { isEmptyAllowed: true },
)

const directions = {
  /** Sends the packet out of `dev`: `redirect` or `mirror`. */
  egress: wordOf({ redirect: 1, mirror: 2 }),
  /** Receives the packet on `dev`: `redirect` or `mirror`. */
  ingress: wordOf({ redirect: 3, mirror: 4 }),
}

export const mirred = computed(
  { ...general, ...directions, dev: plain<number | string> },
  ({ egress, ingress, dev, ...rest }, under) => {
    const eaction = egress ?? ingress
    if (eaction === undefined || (egress !== undefined && ingress !== undefined))
      throw new ArgumentError(
        `expected ${under} to have either 'egress' or 'ingress', got ${eaction === undefined ? 'none' : 'both'}`,
      )
    return {
      parms: { ...parmsOf(rest, eaction % 2 === 1 ? TC_ACT.STOLEN : TC_ACT.PIPE), eaction, ifindex: Number(dev) },
    }
  },
  { required: ['dev'] },
)

/** A priority of packets: a number, or a class of which it is the handle. */
const priority = (option: string, value: number | `${string}:${string}`) =>
  typeof value === 'number' ? value : handleNumber(option, value)

export const skbedit = computed(
  { ...general, queueMapping: count, priority, mark: count, mask: count, ptype: plain<number | string> },
  ({ queueMapping, priority: prio, mark, mask, ptype, ...rest }) =>
    defined({ parms: parmsOf(rest, TC_ACT.PIPE), queueMapping, priority: prio, mark, mask, ptype }),
)

export const sample = computed(
  {
    ...general,
    /** One packet of this many. */
    rate: count,
    group: count,
    /** Bytes of a packet. */
    trunc: bytes,
  },
  ({ rate, group, trunc, ...rest }) =>
    defined({ parms: parmsOf(rest, TC_ACT.PIPE), rate, psampleGroup: group, truncSize: trunc }),
  { required: ['rate', 'group'] },
)

/** An instruction of classic BPF. */
const instruction = objectOf({ code: count, jt: count, jf: count, k: count })
export const program = listOf(instruction)

export const bpf = computed(
  { ...general, ops: program, fd: count, name: plain<string> },
  ({ ops, fd, name, ...rest }) => defined({ opsLen: ops?.length, ops, fd, name, parms: parmsOf(rest, TC_ACT.PIPE) }),
)
