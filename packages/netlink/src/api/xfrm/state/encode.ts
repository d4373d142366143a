import { ArgumentError, show } from '../../../codec/index.js'
import { IPPROTO } from '../../../constants/ip.js'
import { TCP_ENCAP, UDP_ENCAP, XFRM_MODE, XFRM_SA_DIR, XFRM_SA_XFLAG, XFRM_STATE } from '../../../xfrm/constants.js'
import type { XfrmStateIdMessage, XfrmStateMessage } from '../../../xfrm/messages.js'
import { integers, LIST, U16, U32 } from '../../values/accepted.js'
import { addressOf, canonical, familyNumber, familyOf, type IpFamily } from '../../values/ip-text.js'
import { bitsOf, numberOf } from '../../values/names.js'
import { checkKeys, defined, requireKeys } from '../../values/objects.js'
import { numberOfWord } from '../../values/vocabulary.js'
import { checkTogether, encodeAlgorithm } from '../algorithm.js'
import { encodeLimits, unused } from '../limits.js'
import { encodeMark, markOf } from '../mark.js'
import { checkOffload } from '../offload.js'
import { anyOf, encodeSelector, familyOfAddresses, type SelectorRequest, selectorKeys } from '../selector.js'
import type { NewXfrmState, XfrmEncap, XfrmState, XfrmStateKey } from './types.js'

type Attrs = XfrmStateMessage['attrs']

const keyKeys = { src: 1, dst: 1, proto: 1, spi: U32, mark: 1, ifId: U32 } satisfies Record<keyof XfrmStateKey, unknown>

/** XFRMA_REPLAY_ESN_MAX in bits, net/xfrm.h */
const MOST_WINDOW = 4096

const stateKeys = {
  ...keyKeys,
  ...{ mode: 1, reqid: U32, seq: U32, flags: LIST, extraFlags: LIST, replayWindow: integers(0, MOST_WINDOW) },
  ...{ outputMark: 1, auth: 1, enc: 1, aead: 1, comp: 1, encap: 1, coa: 1, sel: 1, limits: 1, offload: 1 },
  ...{ tfcpad: U32, dir: 1 },
} satisfies Record<keyof NewXfrmState, unknown>

/** Members of a state that was read, and that are not set. */
const reported = { family: 1, use: 1, lastUsed: 1, stats: 1, replay: 1 } satisfies Partial<Record<keyof XfrmState, 1>>

/** The members that identify a state, and its family. */
interface Identity {
  readonly family: IpFamily
  readonly number: number
  readonly daddr: string
  readonly proto: number
  readonly spi: number
}

/** Returns what identifies a state. @throws {TypeError} */
function identityOf(what: string, key: XfrmStateKey): Identity {
  requireKeys(what, key, 'dst', 'proto')
  const daddr = canonical(`dst of ${what}`, key.dst)
  const family = familyOf(daddr)
  if (key.src !== undefined) addressOf(`src of ${what}`, key.src, family)
  const proto = numberOf(`proto of ${what}`, IPPROTO, key.proto)
  return { family, number: familyNumber(family), daddr, proto, spi: key.spi ?? 0 }
}

/** Returns the request for one state. A state that was read is a key, too. @throws {TypeError} */
export function encodeStateKey(key: XfrmStateKey): XfrmStateIdMessage {
  checkKeys('state', key, { ...stateKeys, ...reported })
  const { number, daddr, proto, spi } = identityOf('state', key)
  const attrs = { srcaddr: key.src, mark: encodeMark('mark of state', key.mark), ifId: key.ifId }
  return { daddr, spi, family: number, proto, attrs: defined(attrs) } as XfrmStateIdMessage
}

function encodeEncap(encap: XfrmEncap, family: IpFamily): Attrs['encap'] {
  checkKeys('encap', encap, { type: 1, sport: U16, dport: U16, oa: 1 })
  requireKeys('encap', encap, 'type', 'sport', 'dport')
  const { type, sport, dport, oa } = encap
  const number = typeof type === 'number' ? type : Number(numberOfWord('type of encap', [UDP_ENCAP, TCP_ENCAP], type))
  return { type: number, sport, dport, oa: oa === undefined ? anyOf(family) : canonical('oa of encap', oa) }
}

/** Returns the algorithms of a state. @throws {TypeError} */
function encodeAlgorithms({ auth, enc, aead, comp }: NewXfrmState): Attrs {
  if (aead !== undefined) requireKeys('aead', aead, 'icvLen')
  const truncated = auth?.truncLen
  return defined({
    algAuth: auth && truncated === undefined ? encodeAlgorithm('auth', auth, { truncLen: U32 }) : undefined,
    algAuthTrunc:
      auth && truncated !== undefined
        ? { ...encodeAlgorithm('auth', auth, { truncLen: U32 }), truncLen: truncated }
        : undefined,
    algCrypt: enc && encodeAlgorithm('enc', enc),
    algAead: aead && { ...encodeAlgorithm('aead', aead, { icvLen: U32 }), icvLen: aead.icvLen },
    algComp: comp && encodeAlgorithm('comp', comp),
  })
}

/** A window of more packets is sent as an attribute, and so is one of 64-bit sequence numbers. */
const MOST_OF_HEADER = 32

function encodeWindow(window: number, flags: number): { header: number; attrs: Attrs } {
  const isLong = window > MOST_OF_HEADER || (window > 0 && (flags & XFRM_STATE.ESN) !== 0)
  if (!isLong) return { header: window, attrs: {} }
  const replayEsnVal = {
    ...{ bmpLen: Math.ceil(window / 32), oseq: 0, seq: 0, oseqHi: 0, seqHi: 0 },
    ...{ replayWindow: window, bmp: [] },
  }
  return { header: 0, attrs: { replayEsnVal } }
}

/** Returns the attributes of the options of a state, without its offload. @throws {TypeError} */
function encodeOptions(state: NewXfrmState, family: IpFamily): Attrs {
  const { mark, outputMark, encap, coa, extraFlags, dir } = state
  const output = outputMark === undefined ? undefined : markOf('outputMark of state', outputMark)
  return defined({
    ...{ mark: encodeMark('mark of state', mark), ifId: state.ifId, tfcpad: state.tfcpad },
    encap: encap && encodeEncap(encap, family),
    coaddr: coa === undefined ? undefined : canonical('coa of state', coa),
    saExtraFlags: extraFlags?.length ? bitsOf('extraFlags of state', XFRM_SA_XFLAG, extraFlags) : undefined,
    setMark: output?.value,
    setMarkMask: output === undefined || output.mask === 0xffffffff ? undefined : output.mask,
    saDir: dir === undefined ? undefined : numberOf('dir of state', XFRM_SA_DIR, dir),
  })
}

/** A state without its links, which are looked up after everything was checked. */
export type StateRequest = Omit<XfrmStateMessage, 'sel'> & { readonly sel: SelectorRequest }

/** Returns the message of a state. @throws {TypeError} */
export function encodeState(state: NewXfrmState): StateRequest {
  checkKeys('state', state, { ...stateKeys, ...reported })
  requireKeys('state', state, 'src')
  const { family, number, daddr, proto, spi } = identityOf('state', state)
  for (const other of ['auth', 'enc', 'comp']) checkTogether('state', state, 'aead', other)
  const { src, sel = {}, flags = [], mode = 'transport', replayWindow = 0 } = state
  checkKeys('sel', sel, selectorKeys)
  checkOffload(state.offload, true)
  const bits = bitsOf('flags of state', XFRM_STATE, flags)
  if (bits > 0xff) throw new ArgumentError(`expected flags of state to be flags of 8 bits, got ${show(flags)}`)
  const window = encodeWindow(replayWindow, bits)
  return {
    id: { daddr, spi, proto },
    saddr: canonical('src of state', src),
    sel: encodeSelector('sel', sel, familyOfAddresses('sel', sel.src, sel.dst)),
    lft: encodeLimits('limits', state.limits),
    curlft: unused,
    stats: { replayWindow: 0, replay: 0, integrityFailed: 0 },
    ...{ seq: state.seq ?? 0, reqid: state.reqid ?? 0, family: number, flags: bits },
    mode: numberOf('mode of state', XFRM_MODE, mode),
    replayWindow: window.header,
    attrs: { ...encodeAlgorithms(state), ...encodeOptions(state, family), ...window.attrs },
  }
}
