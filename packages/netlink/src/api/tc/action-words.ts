import { ArgumentError, isPlainObject } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'
import { TC_ACT, TCA_CSUM_UPDATE_FLAG, TCA_CT_ACT } from '../../route/index.js'
import { handleNumber } from '../values/handle.js'
import { canonical, familyOf } from '../values/ip-text.js'
import { bitsOf, numberOf } from '../values/names.js'
import { defined } from '../values/objects.js'
import { bytes, bytesPerSecond } from '../values/units.js'
import {
  type FieldValue,
  fieldBytes,
  type HeaderField,
  type HeaderName,
  headerFields,
  wordsAt,
} from './header-fields.js'
import { rateWithTable, ticksOf, ticksToSend } from './psched.js'
import { computed, count, flag, linklayer, listOf, objectOf, type Parsed, plain, wordOf } from './words.js'

const verdicts = {
  ...{ continue: TC_ACT.UNSPEC, pass: TC_ACT.OK, ok: TC_ACT.OK, reclassify: TC_ACT.RECLASSIFY, drop: TC_ACT.SHOT },
  ...{ pipe: TC_ACT.PIPE, stolen: TC_ACT.STOLEN, trap: TC_ACT.TRAP },
} as const

const LARGEST = 0x0fffffff

/** A verdict on a packet: a word, the chain that is next, or the number of actions to skip. */
export type Verdict = keyof typeof verdicts | { readonly goto: number } | { readonly jump: number } | number

/** Returns TC_ACT_* of a verdict. @throws {TypeError} */
export function verdict(option: string, given: Verdict): number {
  if (typeof given === 'number') return given
  if (isPlainObject(given)) {
    const [[key, number] = ['', undefined], ...more] = Object.entries(given)
    const isValid = more.length === 0 && Number.isInteger(number) && Number(number) >= 0 && Number(number) <= LARGEST
    if (isValid && key === 'goto') return TC_ACT.GOTO_CHAIN | Number(number)
    if (isValid && key === 'jump') return TC_ACT.JUMP | Number(number)
  }
  if (typeof given === 'string' && Object.hasOwn(verdicts, given)) return verdicts[given]
  throw new ArgumentError(
    `expected ${option} to be one of ${Object.keys(verdicts).join(', ')}, or { goto: chain } or { jump: actions }, got ${show(given)}`,
  )
}

/** Words of a verdict, for the shorthand of gact. */
export const isVerdictWord = (word: string) => Object.hasOwn(verdicts, word)

/** The number of the action, by which others share it, and the verdict. */
const general = { index: count, control: verdict }
const parmsOf = ({ index = 0, control }: Parsed<typeof general>, byDefault: number) => ({
  ...{ index, capab: 0, action: control ?? byDefault, refcnt: 0, bindcnt: 0 },
})

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

/** An EtherType by its word: `802.1q`, `ip`. */
const etherType = (option: string, value: string | number) => numberOf(option, ETH_P, value, 0xffff)

export const vlan = computed(
  {
    ...general,
    action: wordOf({ pop: 1, push: 2, modify: 3, pop_eth: 4, push_eth: 5 }),
    id: count,
    protocol: etherType,
    priority: count,
    /** Addresses of the Ethernet header that is pushed. */
    dst: plain<string>,
    src: plain<string>,
  },
  ({ action, id, protocol, priority: prio, dst, src, ...rest }) =>
    defined({
      parms: { ...parmsOf(rest, TC_ACT.PIPE), vAction: action },
      ...{ pushVlanId: id, pushVlanProtocol: protocol, pushVlanPriority: prio, pushEthDst: dst, pushEthSrc: src },
    }),
  { required: ['action'] },
)

export const mpls = computed(
  {
    ...general,
    action: wordOf({ pop: 1, push: 2, modify: 3, dec_ttl: 4, mac_push: 5 }),
    ...{ label: count, protocol: etherType, tc: count, ttl: count, bos: count },
  },
  ({ action, label, protocol, tc, ttl, bos, ...rest }) =>
    defined({ parms: { ...parmsOf(rest, TC_ACT.PIPE), mAction: action }, label, proto: protocol, tc, ttl, bos }),
  { required: ['action'] },
)

export const tunnelKey = computed(
  {
    ...general,
    action: wordOf({ set: 1, unset: 2 }),
    /** Addresses of the tunnel. */
    src: canonical,
    dst: canonical,
    id: count,
    dstPort: count,
    tos: count,
    ttl: count,
    /** False sends packets without the checksum of UDP. */
    csum: flag,
  },
  ({ action, src, dst, id, dstPort, tos, ttl, csum = true, ...rest }) => {
    const side = (end: 'Src' | 'Dst', address: string | undefined) =>
      address === undefined ? {} : { [`encIpv${familyOf(address) === 'inet' ? 4 : 6}${end}`]: address }
    return {
      ...{ ...side('Src', src), ...side('Dst', dst) },
      ...defined({ encKeyId: id, encDstPort: dstPort, encTos: tos, encTtl: ttl }),
      noCsum: csum ? 0 : 1,
      parms: { ...parmsOf(rest, TC_ACT.PIPE), tAction: action },
    }
  },
  { required: ['action'] },
)

export const csum = computed(
  {
    ...general,
    /** Checksums to compute: `IPV4HDR`, `TCP`, … */
    update: (option: string, flags: readonly (string & keyof (typeof TCA_CSUM_UPDATE_FLAG)['values'])[]) =>
      bitsOf(option, TCA_CSUM_UPDATE_FLAG, flags),
  },
  ({ update, ...rest }) => ({ parms: { ...parmsOf(rest, TC_ACT.OK), updateFlags: update } }),
  { required: ['update'] },
)

export const ct = computed(
  {
    ...general,
    /** Flags of the operation: `COMMIT`, `FORCE`, `CLEAR`, `NAT`, … */
    action: (option: string, flags: readonly (string & keyof (typeof TCA_CT_ACT)['values'])[]) =>
      bitsOf(option, TCA_CT_ACT, flags),
    zone: count,
    mark: objectOf({ value: count, mask: count }),
  },
  ({ action, zone, mark, ...rest }) =>
    defined({
      ...{ zone, mark: mark?.value, markMask: mark && (mark.mask ?? 0xffffffff), action },
      parms: parmsOf(rest, TC_ACT.PIPE),
    }),
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

export const police = computed(
  {
    index: count,
    rate: bytesPerSecond,
    burst: bytes,
    /** Bytes of the largest packet. Default: any. */
    mtu: bytes,
    peakrate: bytesPerSecond,
    mpu: bytes,
    overhead: count,
    linklayer,
    /** Packets per second. */
    packetRate: count,
    /** Packets that are accepted at once. */
    packetBurst: count,
    /** Verdict on packets above the rate. Default: `reclassify`. */
    exceed: verdict,
    /** Verdict on packets within the rate. Default: `pass`. */
    conform: verdict,
  },
  ({ index = 0, rate, burst = 0, mtu = 0, peakrate, packetRate, packetBurst = 0, exceed, conform, ...rest }, under) => {
    if ((rate === undefined) === (packetRate === undefined))
      throw new ArgumentError(
        `expected ${under} to have either 'rate' or 'packetRate', got ${rate === undefined ? 'none' : 'both'}`,
      )
    if (packetRate === 0) throw new ArgumentError(`expected ${under}.packetRate to be at least 1, got 0`)
    const none = { cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0, rate: 0 }
    const one = rate === undefined ? undefined : rateWithTable({ rate, mtu, ...rest })
    const peak = peakrate === undefined ? undefined : rateWithTable({ rate: peakrate, mtu, ...rest })
    return defined({
      tbf: {
        ...{ index, action: exceed ?? TC_ACT.RECLASSIFY, limit: 0, burst: rate ? ticksToSend(rate, burst) : 0, mtu },
        ...{ rate: one?.spec ?? none, peakrate: peak?.spec ?? none, refcnt: 0, bindcnt: 0, capab: 0 },
      },
      ...{ rate: one?.table, rate64: one?.wide, peakrate: peak?.table, peakrate64: peak?.wide },
      pktrate64: packetRate === undefined ? undefined : BigInt(packetRate),
      pktburst64: packetRate === undefined ? undefined : BigInt(ticksOf((packetBurst * 1e6) / packetRate)),
      result: conform || undefined,
    })
  },
)

/** Headers by TCA_PEDIT_KEY_EX_HDR_TYPE_* */
const headerTypes = { eth: 1, ip: 2, ip6: 3, tcp: 4, udp: 5 } as const satisfies Record<HeaderName, number>

/** A change of a header: `{ header: 'ip', field: 'ttl', set: 64 }`. */
export type HeaderEdit = {
  [H in HeaderName]: {
    readonly header: H
    readonly field: string & keyof (typeof headerFields)[H]
    readonly set?: FieldValue | undefined
    readonly add?: number | undefined
  }
}[HeaderName]

function edit(option: string, given: HeaderEdit) {
  const { header, field, set, add } = given
  const all: Readonly<Record<string, Readonly<Record<string, HeaderField>>>> = headerFields
  const fields = typeof header === 'string' && Object.hasOwn(all, header) ? all[header] : undefined
  if (fields === undefined)
    throw new ArgumentError(
      `expected ${option}.header to be one of ${Object.keys(headerFields).join(', ')}, got ${show(header)}`,
    )
  const found = typeof field === 'string' && Object.hasOwn(fields, field) ? fields[field] : undefined
  if (found === undefined)
    throw new ArgumentError(
      `expected ${option}.field to be one of ${Object.keys(fields).join(', ')}, got ${show(field)}`,
    )
  if ((set === undefined) === (add === undefined))
    throw new ArgumentError(
      `expected ${option} to have either 'set' or 'add', got ${set === undefined ? 'none' : 'both'}`,
    )
  const isAdded = set === undefined
  const value = fieldBytes(`${option}.${isAdded ? 'add' : 'set'}`, found, (set ?? add) as FieldValue)
  return wordsAt(found.at, value).map(({ off, val, mask }) => ({
    key: { mask: ~mask >>> 0, val, off, at: 0, offmask: 0, shift: 0 },
    ex: { htype: headerTypes[header], cmd: isAdded ? 1 : 0 },
  }))
}

export const pedit = computed(
  { ...general, edits: listOf(edit) },
  ({ edits = [], ...rest }) => {
    const all = edits.flat()
    return {
      parmsEx: { ...parmsOf(rest, TC_ACT.OK), nkeys: all.length, flags: 0, keys: all.map(({ key }) => key) },
      keysEx: { keyEx: all.map(({ ex }) => ex) },
    }
  },
  { required: ['edits'] },
)

/** An instruction of classic BPF. */
const instruction = objectOf({ code: count, jt: count, jf: count, k: count })
export const program = listOf(instruction)

export const bpf = computed(
  { ...general, ops: program, fd: count, name: plain<string> },
  ({ ops, fd, name, ...rest }) => defined({ opsLen: ops?.length, ops, fd, name, parms: parmsOf(rest, TC_ACT.PIPE) }),
)

export const actionWords = {
  ...{ gact, mirred, skbedit, vlan, mpls, tunnel_key: tunnelKey, csum, ct, sample, police, pedit, bpf },
}
