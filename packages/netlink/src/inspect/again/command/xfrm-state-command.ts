import { Buffer } from '../../../codec/buffer.js'
import { hostOrder } from '../../../codec/index.js'
import { type Bag, isBag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { keyWord } from './key-words.js'
import { type Command, device, type Format, leftIn, type Options, option, type Word, wordsFor } from './words.js'
import * as xfrm from './xfrm-words.js'

type Numbers = Readonly<Record<string, number>>

/** An algorithm with its key, and a length that some have. */
const algorithm =
  (word: string, length?: string): Format =>
  ({ name, key, keyLen, ...more }: Bag) => {
    const written = keyWord(key, '0x')
    const isWhole = !(key instanceof Uint8Array) || keyLen === key.length * 8
    if (written === undefined || !isWhole) return undefined
    return [word, String(name), written, ...(length === undefined ? [] : [String(more[length])])]
  }

const hexadecimal =
  (word: string): Format =>
  (value: number) => [word, `0x${value.toString(16)}`]

/** UDP_ENCAP_* and TCP_ENCAP_ESPINTCP, linux/udp.h and linux/tcp.h */
const encapsulations: Readonly<Record<number, string>> = { 1: 'espinudp-nonike', 2: 'espinudp', 7: 'espintcp' }

/** Options of `ip xfrm state`, by the attribute. */
export const stateOptions: Options = {
  algAead: algorithm('aead', 'icvLen'),
  algAuthTrunc: algorithm('auth-trunc', 'truncLen'),
  algAuth: algorithm('auth'),
  algCrypt: algorithm('enc'),
  algComp: ({ name, keyLen }: Bag) => (keyLen === 0 ? ['comp', String(name)] : undefined),
  mark: xfrm.markWords,
  replayEsnVal: (state: Bag, request) => replayWords(state, Number(request.value.flags)),
  encap: ({ type, sport, dport, oa }: Bag) => {
    const word = encapsulations[type as number]
    return word === undefined ? undefined : ['encap', word, String(sport), String(dport), String(oa)]
  },
  coaddr: option('coa'),
  saExtraFlags: (flags: number) => xfrm.extraFlagWords(flags),
  setMark: (mark: number, { attrs: { setMarkMask } }) => [
    ...['output-mark', `0x${mark.toString(16)}`],
    ...(typeof setMarkMask === 'number' ? ['mask', `0x${setMarkMask.toString(16)}`] : []),
  ],
  setMarkMask: (_: number, { attrs: { setMark } }) => (setMark === undefined ? undefined : []),
  ifId: hexadecimal('if_id'),
  tfcpad: option('tfcpad'),
  // XFRM_OFFLOAD_INBOUND and XFRM_OFFLOAD_PACKET, linux/xfrm.h
  offloadDev: ({ ifindex, flags }: Numbers, request) =>
    (flags ?? 0) > 1 ? undefined : ['offload', 'dev', device(request, ifindex ?? 0), 'dir', flags === 1 ? 'in' : 'out'],
}

/** Returns the replay window of a state, whose numbers are those of a new one. */
function replayWords({ bmpLen, oseq, seq, oseqHi, seqHi, replayWindow, bmp }: Bag, flags: number): Word[] | undefined {
  const isUnused = [oseq, seq, oseqHi, seqHi].every((each) => each === 0)
  const words = Math.ceil(Number(replayWindow) / 32)
  if (!isUnused || bmpLen !== words || !Array.isArray(bmp) || bmp.some((each) => each !== 0)) return undefined
  // Without ESN, `ip` sends the attribute only for windows of more than 32 packets.
  return (flags & 128) !== 0 || Number(replayWindow) > 32 ? ['replay-window', String(replayWindow)] : undefined
}

/** `ip` writes the number of a state in network byte order, and the kernel reads it in that of the host. */
function inNetworkOrder(number: number): number {
  const bytes = Buffer.alloc(4)
  bytes[`writeUInt32${hostOrder}`](number)
  return bytes.readUInt32BE()
}

/** Returns the members of the header of a state apart from its id; undefined if `ip` cannot express one. */
export function stateWords(info: Bag, request: SaidRequest): Word[] | undefined {
  const { mode = 0, reqid = 0, seq = 0, replayWindow = 0, flags = 0 } = info as Numbers
  const [words, flag] = [xfrm.modeWords(mode), xfrm.stateFlagWords(flags)]
  const selector = xfrm.selectorWords(info.sel, (index) => device(request, index), Number(info.family ?? 0))
  if (words === undefined || flag === undefined || selector === undefined) return undefined
  return [
    ...words,
    ...(reqid === 0 ? [] : ['reqid', String(reqid)]),
    ...(seq === 0 ? [] : ['seq', `0x${inNetworkOrder(seq).toString(16)}`]),
    ...(replayWindow === 0 ? [] : ['replay-window', String(replayWindow)]),
    ...flag,
    ...(selector.length === 0 ? [] : ['sel', ...selector]),
    ...xfrm.limitWords(info.lft),
  ]
}

/** Verbs of requests with a whole state. */
const verbs: Readonly<Record<string, string>> = {
  ...{ XFRM_MSG_NEWSA: 'add', XFRM_MSG_UPDSA: 'update', XFRM_MSG_ALLOCSPI: 'allocspi' },
}
/** Verbs of requests with the id of a state. */
const byId: Readonly<Record<string, string>> = { XFRM_MSG_DELSA: 'delete', XFRM_MSG_GETSA: 'get' }

/** `ip xfrm state` */
export function xfrmStateCommand(request: SaidRequest): Command | undefined {
  const { type, value } = request
  const attrs = new Members(request.attrs)
  const start = ['ip', 'xfrm', 'state']
  if (type === 'XFRM_MSG_FLUSHSA') {
    const words = value.proto === 0 ? [] : xfrm.idWords({ proto: value.proto as number })
    return { words: [...start, 'flush', ...words], lost: leftIn(attrs) }
  }
  const reading = Object.hasOwn(byId, type) ? byId[type] : undefined
  if (reading !== undefined) {
    if (request.isDump || value.daddr === undefined) return undefined
    const id = xfrm.idWords({ ...value, saddr: attrs.take('srcaddr') })
    return {
      words: [...start, reading, ...id, ...wordsFor(attrs, { mark: xfrm.markWords }, request)],
      lost: leftIn(attrs),
    }
  }
  const verb = Object.hasOwn(verbs, type) ? verbs[type] : undefined
  const info = isBag(value.info) ? value.info : value
  if (verb === undefined || !isBag(info.id) || !xfrm.isNew(info)) return undefined
  const words = stateWords(info, request)
  if (words === undefined) return undefined
  const [min, max] = [value.min, value.max] as readonly (number | undefined)[]
  const range =
    verb !== 'allocspi' || max === 0 ? [] : ['min', `0x${min?.toString(16)}`, 'max', `0x${max?.toString(16)}`]
  return {
    words: [
      ...[...start, verb, ...xfrm.idWords({ ...info.id, saddr: info.saddr }), ...words, ...range],
      ...wordsFor(attrs, stateOptions, { ...request, value: info }),
    ],
    lost: leftIn(attrs),
  }
}
