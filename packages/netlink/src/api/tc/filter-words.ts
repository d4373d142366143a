import { ArgumentError, isPlainObject } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { ETH_P, IPPROTO } from '../../constants/index.js'
import { handleNumber } from '../values/handle.js'
import { parseText } from '../values/ip-text.js'
import { numberOf } from '../values/names.js'
import { defined } from '../values/objects.js'
import { program } from './action-words.js'
import { type FieldValue, fieldBytes, type HeaderField, headerFields, type WordAt, wordsAt } from './header-fields.js'
import { computed, count, flag, listOf, objectOf, type Parsed, parsed, plain } from './words.js'

/** Returns the handle of a class. */
const classid = (option: string, handle: number | `${string}:${string}`) =>
  typeof handle === 'number' ? handle : handleNumber(option, handle)

/** Offload to hardware. */
const hardware = {
  /** True: not in hardware. */
  skipHw: flag,
  /** True: only in hardware. */
  skipSw: flag,
}
const SKIP_HW = 1
const SKIP_SW = 2
const hardwareFlags = ({ skipHw, skipSw }: Parsed<typeof hardware>) => (skipHw ? SKIP_HW : 0) | (skipSw ? SKIP_SW : 0)
const unlessZero = (value: number) => (value === 0 ? undefined : value)

export const matchall = computed({ classid, ...hardware }, ({ classid: id, ...rest }) =>
  defined({ classid: id, flags: unlessZero(hardwareFlags(rest)) }),
)

export const fw = computed(
  {
    /** Bits of the mark that are compared. */
    mask: count,
    classid,
  },
  ({ mask, classid: id }) => defined({ mask, classid: id }),
)

export const route = computed({ to: count, from: count, classid }, ({ to, from, classid: id }) =>
  defined({ to, from, classid: id }),
)

const DIRECT = 1

export const bpf = computed(
  {
    classid,
    /** A program of classic BPF. */
    ops: program,
    /** File descriptor of a program of eBPF. */
    fd: count,
    name: plain<string>,
    /** True: the program returns the verdict. */
    directAction: flag,
    ...hardware,
  },
  ({ classid: id, ops, fd, name, directAction, ...rest }) =>
    defined({
      classid: id,
      ...{ opsLen: ops?.length, ops, fd, name, flags: directAction ? DIRECT : undefined },
      flagsGen: unlessZero(hardwareFlags(rest)),
    }),
)

type FieldsOf<H extends 'ip' | 'ip6'> = { readonly [K in keyof (typeof headerFields)[H]]?: FieldValue | undefined }

/** Matches of u32: fields of the IP header and the ports behind it, and any four bytes. */
export interface U32Match {
  readonly ip?: FieldsOf<'ip'> | undefined
  readonly ip6?: FieldsOf<'ip6'> | undefined
  /** Four bytes from the start of the network header. */
  readonly u32?: readonly { readonly at: number; readonly value: number; readonly mask: number }[] | undefined
}

const matchKeys = { ip: headerFields.ip, ip6: headerFields.ip6 } as const

function matchOf(option: string, match: U32Match): WordAt[] {
  if (!isPlainObject(match)) throw new ArgumentError(`expected ${option} to be an object, got ${show(match)}`)
  const words: WordAt[] = []
  for (const [key, given] of Object.entries(match)) {
    if (given === undefined) continue
    if (key === 'u32') {
      for (const [index, each] of listOf(objectOf({ at: count, value: count, mask: count }))(
        `${option}.u32`,
        given as never,
      ).entries()) {
        const { at = 0, value = 0, mask = 0xffffffff } = each
        if (at % 4 !== 0)
          throw new ArgumentError(`expected ${option}.u32.${index}.at to be a multiple of 4, got ${show(at)}`)
        words.push({ off: at, val: (value & mask) >>> 0, mask })
      }
      continue
    }
    const fields = Object.hasOwn(matchKeys, key)
      ? (matchKeys[key as 'ip'] as Readonly<Record<string, HeaderField>>)
      : undefined
    if (fields === undefined)
      throw new ArgumentError(`expected ${option} to have the keys ip, ip6, u32, got ${show(key)}`)
    const table = Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        (under: string, value: FieldValue) => fieldBytes(under, field, value),
      ]),
    )
    const values = parsed(`${option}.${key}`, table, given as never, true) as Readonly<
      Record<string, ReturnType<typeof fieldBytes>>
    >
    for (const [name, value] of Object.entries(values)) words.push(...wordsAt((fields[name] as HeaderField).at, value))
  }
  return words
}

/** Combines matches of the same four bytes. @throws {TypeError} if they contradict each other */
function combined(option: string, words: readonly WordAt[]): WordAt[] {
  const byOffset = new Map<number, WordAt>()
  for (const word of words) {
    const { off, val, mask } = byOffset.get(word.off) ?? { off: word.off, val: 0, mask: 0 }
    if (((val ^ word.val) & mask & word.mask) !== 0)
      throw new ArgumentError(`expected ${option} to match the bytes at ${off} once, got two values`)
    byOffset.set(off, { off, val: (val | word.val) >>> 0, mask: (mask | word.mask) >>> 0 })
  }
  return [...byOffset.values()]
}

/** TC_U32_TERMINAL: the filter selects a class, or has actions. */
export const U32_TERMINAL = 1

export const u32 = computed(
  {
    match: matchOf,
    /** The packet's mark. */
    mark: objectOf({ value: count, mask: count }),
    classid,
    ...hardware,
  },
  ({ match = [], mark, classid: id, ...rest }, under) => ({
    ...defined({
      mark: mark && { val: mark.value ?? 0, mask: mark.mask ?? 0xffffffff, success: 0 },
      classid: id,
    }),
    sel: {
      ...{
        flags: id === undefined ? 0 : U32_TERMINAL,
        offshift: 0,
        nkeys: 0,
        offmask: 0,
        off: 0,
        offoff: 0,
        hoff: 0,
        hmask: 0,
      },
      ...keysOf(combined(`${under}.match`, match)),
    },
    ...defined({ flags: unlessZero(hardwareFlags(rest)) }),
  }),
)

const keysOf = (words: readonly WordAt[]) => ({
  nkeys: words.length,
  keys: words.map(({ off, val, mask }) => ({ mask, val, off, offmask: 0 })),
})

// ── flower

type Pairs = Readonly<Record<string, unknown>>

/** Reads an Ethernet address with a mask. */
const mac =
  (name: string) =>
  (option: string, value: string): Pairs => {
    fieldBytes(option, { at: 0, size: 6, form: 'mac' }, value)
    const [address, mask = 'ff:ff:ff:ff:ff:ff'] = value.split('/')
    return { [`key${name}`]: address, [`key${name}Mask`]: mask }
  }

/** Returns the mask of a prefix as an address. */
function maskText(length: number, isV4: boolean): string {
  const size = isV4 ? 4 : 16
  const bits = (at: number) => (0xff00 >> Math.min(8, Math.max(0, length - at * 8))) & 0xff
  const all = Array.from({ length: size }, (_, at) => bits(at))
  if (isV4) return all.join('.')
  return Array.from({ length: 8 }, (_, at) => (((all[at * 2] ?? 0) << 8) | (all[at * 2 + 1] ?? 0)).toString(16)).join(
    ':',
  )
}

const ip =
  (name: (family: 'Ipv4' | 'Ipv6') => string) =>
  (option: string, value: string): Pairs => {
    const { address, length, family } = parseText(option, value)
    const isV4 = family === 'inet'
    const key = name(isV4 ? 'Ipv4' : 'Ipv6')
    return { [key]: address, [`${key}Mask`]: maskText(length ?? (isV4 ? 32 : 128), isV4) }
  }

type Masked = number | { readonly value: number; readonly mask: number }

/** Reads a number with a mask. */
const masked =
  (key: string, all: number) =>
  (option: string, value: Masked): Pairs => {
    if (typeof value === 'number') return { [key]: value, [`${key}Mask`]: all }
    const { value: number, mask = all } = objectOf({ value: count, mask: count })(option, value)
    return { [key]: number, [`${key}Mask`]: mask }
  }

const one =
  (key: string) =>
  (_option: string, value: number): Pairs => ({ [key]: value })
const ether =
  (key: string) =>
  (option: string, value: string | number): Pairs => ({ [key]: numberOf(option, ETH_P, value, 0xffff) })

/** A port, or a range of ports. */
type Ports = number | { readonly min: number; readonly max: number }
const port = (side: 'Src' | 'Dst') => (_option: string, value: Ports) => ({ side, value })

const ctStates = { new: 1, est: 2, rel: 4, trk: 8, inv: 16, rpl: 32 } as const
/** States of a connection: true must be set, false must not. */
function ctState(option: string, states: { readonly [K in keyof typeof ctStates]?: boolean }): Pairs {
  const given = parsed(option, Object.fromEntries(Object.keys(ctStates).map((key) => [key, flag])), states as never)
  const bits = (on: (value: unknown) => boolean) =>
    Object.entries(given).reduce((sum, [key, value]) => sum | (on(value) ? ctStates[key as 'new'] : 0), 0)
  return { keyCtState: bits((value) => value === true), keyCtStateMask: bits(() => true) }
}

const keys = {
  srcMac: mac('EthSrc'),
  dstMac: mac('EthDst'),
  /** Protocol: `tcp`, `udp`. It gives the meaning of the ports behind it. */
  ipProto: (option: string, value: string | number): Pairs => ({ keyIpProto: numberOf(option, IPPROTO, value) }),
  srcIp: ip((family) => `key${family}Src`),
  dstIp: ip((family) => `key${family}Dst`),
  srcPort: port('Src'),
  dstPort: port('Dst'),
  ipTos: masked('keyIpTos', 0xff),
  ipTtl: masked('keyIpTtl', 0xff),
  tcpFlags: masked('keyTcpFlags', 0x0fff),
  vlanId: one('keyVlanId'),
  vlanPrio: one('keyVlanPrio'),
  vlanEthtype: ether('keyVlanEthType'),
  ctState,
  ctZone: masked('keyCtZone', 0xffff),
  ctMark: masked('keyCtMark', 0xffffffff),
  /** Tunnel that the packet arrived on. */
  encKeyId: one('keyEncKeyId'),
  encSrcIp: ip((family) => `keyEnc${family}Src`),
  encDstIp: ip((family) => `keyEnc${family}Dst`),
  indev: (_option: string, value: string): Pairs => ({ indev: value }),
}

const portNames: Readonly<Record<number, string>> = {
  [IPPROTO.TCP]: 'Tcp',
  [IPPROTO.UDP]: 'Udp',
  [IPPROTO.SCTP]: 'Sctp',
}

/** Returns the attributes of a port, which depend on the protocol. @throws {TypeError} */
function portPairs(option: string, side: 'Src' | 'Dst', value: Ports, protocol: unknown): Pairs {
  const name = portNames[protocol as number]
  if (name === undefined)
    throw new ArgumentError(`expected ${option} behind an ipProto of tcp, udp or sctp, got ${show(protocol)}`)
  if (typeof value === 'number') return { [`key${name}${side}`]: value }
  const { min, max } = objectOf({ min: count, max: count })(option, value)
  return { [`keyPort${side}Min`]: min, [`keyPort${side}Max`]: max }
}

export const flower = {
  ...computed(
    { ...keys, classid, ...hardware },
    (given, under) => {
      const { classid: id, skipHw, skipSw, ...matches } = given
      let result: Pairs = {}
      for (const [key, value] of Object.entries(matches) as [string, Pairs & { side?: 'Src' | 'Dst'; value?: Ports }][])
        result = {
          ...result,
          ...(value.side === undefined
            ? value
            : portPairs(`${under}.${key}`, value.side, value.value as Ports, result.keyIpProto)),
        }
      return { ...result, ...defined({ classid: id }), flags: hardwareFlags({ skipHw, skipSw }) }
    },
    { isEmptyAllowed: true },
  ),
  keepsOrder: true,
}

// ── basic

const operators = { eq: 0, gt: 1, lt: 2 } as const
const layers = { link: 0, network: 1, transport: 2 } as const
/** Numbers of TCF_META_ID_* that are integers. */
const metas = { priority: 6, protocol: 7, pkttype: 8, pktlen: 9, datalen: 10, maclen: 11, mark: 12 } as const

/** An extended match of `basic`. The first member that is given selects its kind. */
export interface Ematch {
  /** A property of the packet. */
  readonly meta?: keyof typeof metas | undefined
  /** Bytes of the packet: 1, 2 or 4. */
  readonly cmp?:
    | { readonly size: 1 | 2 | 4; readonly at: number; readonly layer: keyof typeof layers; readonly mask?: number }
    | undefined
  readonly op?: keyof typeof operators | undefined
  readonly value: number
  /** True inverts the match. */
  readonly invert?: boolean | undefined
  /** Relation to the next match. Default: `and`. */
  readonly relation?: 'and' | 'or' | undefined
}

const word = (option: string, words: Readonly<Record<string, number>>, value: unknown): number => {
  if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value] as number
  throw new ArgumentError(`expected ${option} to be one of ${Object.keys(words).join(', ')}, got ${show(value)}`)
}

const META_INTEGER = 0x1000
const INVERT = 4

function ematch(option: string, given: Ematch) {
  if (!isPlainObject(given)) throw new ArgumentError(`expected ${option} to be an object, got ${show(given)}`)
  const { meta, cmp, op = 'eq', value, invert, relation = 'and' } = given as unknown as Ematch
  const opnd = word(`${option}.op`, operators, op)
  const flags = (invert ? INVERT : 0) | word(`${option}.relation`, { and: 1, or: 2 }, relation)
  if ((meta === undefined) === (cmp === undefined))
    throw new ArgumentError(
      `expected ${option} to have either 'meta' or 'cmp', got ${meta === undefined ? 'none' : 'both'}`,
    )
  if (cmp !== undefined) {
    const layer = word(`${option}.cmp.layer`, layers, cmp.layer)
    const data = { val: value, mask: cmp.mask ?? 0, off: cmp.at, alignFlags: cmp.size, layerOpnd: layer | (opnd << 4) }
    return { matchid: 0, kind: 1, flags, data }
  }
  const number = new Uint8Array(4)
  new DataView(number.buffer).setUint32(0, value, true)
  const left = { kind: META_INTEGER | word(`${option}.meta`, metas, meta), shift: 0, op: opnd }
  return {
    matchid: 0,
    kind: 4,
    flags,
    data: { hdr: { left, right: { kind: META_INTEGER, shift: 0, op: 0 } }, lvalue: new Uint8Array(4), rvalue: number },
  }
}

const RELATION = 3

export const basic = computed({ match: listOf(ematch), classid }, ({ match = [], classid: id }) => ({
  ...(match.length > 0 && {
    ematches: {
      hdr: { nmatches: match.length, progid: 0 },
      list: match.map((each, at) => (at === match.length - 1 ? { ...each, flags: each.flags & ~RELATION } : each)),
    },
  }),
  ...defined({ classid: id }),
}))

export const filterWords = { matchall, fw, route, bpf, u32, flower, basic }
