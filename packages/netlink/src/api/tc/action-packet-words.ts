import { ArgumentError } from '../../codec/error.js'
import { TC_ACT } from '../../route/index.js'
import { handleNumber } from '../values/handle.js'
import { defined } from '../values/objects.js'
import { bytes } from '../values/units.js'
import { action, parmsOf, verdict } from './verdict.js'
import { count, listOf, objectOf, plain, wordOf } from './words.js'

// Actions that decide about a packet, send or copy it, or change its metadata.

export const gact = action(
  {
    /** Another verdict for a share of the packets: for one of `value`, at random or in order. */
    random: objectOf({
      /** Choice of the packets: `netrand` at random, `determ` in order. Default: `netrand`. */
      type: wordOf({ netrand: 1, determ: 2 }),
      /** Verdict on these packets. Default: `pass`. */
      control: verdict,
      /** Number of packets of which one has this verdict: 16 bits. */
      value: count,
    }),
  },
  ({ random, ...rest }) =>
    defined({
      parms: parmsOf(rest, TC_ACT.OK),
      prob: random && { ptype: random.type ?? 1, pval: random.value ?? 0, paction: random.control ?? TC_ACT.OK },
    }),
  { isEmptyAllowed: true },
)

export const mirred = action(
  {
    /** Sends the packet out of `dev`: `redirect` moves it, `mirror` copies it. */
    egress: wordOf({ redirect: 1, mirror: 2 }),
    /** Receives the packet on `dev`: `redirect` moves it, `mirror` copies it. */
    ingress: wordOf({ redirect: 3, mirror: 4 }),
    /** Index of the link that sends or receives the packet. */
    dev: plain<number | string>,
  },
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

export const skbedit = action(
  {
    /** Queue of the link that sends the packet: 16 bits. tc: `queue_mapping`. */
    queueMapping: count,
    /** Priority of the packet: a number, or the class that it selects: `1:10`. */
    priority,
    /** Mark of the packet: 32 bits. */
    mark: count,
    /** Bits of the mark that are changed. Default: all. */
    mask: count,
    /** Type of the packet: `host`, `broadcast`, `multicast`, `otherhost`, or a number (PACKET_*). */
    ptype: plain<number | string>,
  },
  ({ queueMapping, priority: prio, mark, mask, ptype, ...rest }) =>
    defined({ parms: parmsOf(rest, TC_ACT.PIPE), queueMapping, priority: prio, mark, mask, ptype }),
)

export const sample = action(
  {
    /** Number of packets of which one is sampled, on average. */
    rate: count,
    /** Number of the group of psample that receives the samples. */
    group: count,
    /** Bytes of a packet that are sampled, or a text with a unit such as `1kb`. Default: all. */
    trunc: bytes,
  },
  ({ rate, group, trunc, ...rest }) =>
    defined({ parms: parmsOf(rest, TC_ACT.PIPE), rate, psampleGroup: group, truncSize: trunc }),
  { required: ['rate', 'group'] },
)

/** An instruction of classic BPF: `struct sock_filter`, linux/filter.h */
const instruction = objectOf({
  /** Operation (BPF_*): 16 bits. */
  code: count,
  /** Number of instructions to skip if the condition is true. */
  jt: count,
  /** Number of instructions to skip if the condition is false. */
  jf: count,
  /** Operand: 32 bits. */
  k: count,
})

/** Reads a program of classic BPF. It is a function with a name, which declaration files use, so that editors show the comments above. */
export function program(option: string, list: readonly Parameters<typeof instruction>[1][]) {
  return listOf(instruction)(option, list)
}

export const bpf = action(
  {
    /** Program of classic BPF: a list of `{ code, jt, jf, k }`. tc: `bytecode`. */
    ops: program,
    /** File descriptor of a program of eBPF. */
    fd: count,
    /** Name of the program of eBPF, for people. */
    name: plain<string>,
  },
  ({ ops, fd, name, ...rest }) => defined({ opsLen: ops?.length, ops, fd, name, parms: parmsOf(rest, TC_ACT.PIPE) }),
)
