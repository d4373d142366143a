import { withJson } from '../../../codec/json.js'
import { IPPROTO } from '../../../constants/ip.js'
import { TCP_ENCAP, UDP_ENCAP, XFRM_MODE, XFRM_SA_DIR, XFRM_SA_XFLAG, XFRM_STATE } from '../../../xfrm/constants.js'
import type { XfrmStateMessage } from '../../../xfrm/messages.js'
import { familyName } from '../../values/ip-text.js'
import { flagsIn, named } from '../../values/names.js'
import { constructorOf, type Draft, withMessage } from '../../values/objects.js'
import { decodeAlgorithm } from '../algorithm.js'
import { decodeLimits, decodeUse } from '../limits.js'
import { decodeMark } from '../mark.js'
import { decodeOffload } from '../offload.js'
import { assignSelector, familyOfSelector } from '../selector.js'
import type { XfrmSelector } from '../types.js'
import type { XfrmEncap, XfrmReplay, XfrmState } from './types.js'

type Attrs = XfrmStateMessage['attrs']

/** Returns the sequence numbers; those of 64 bits if the state has extended ones. */
function replayOf({ replayEsnVal: esn, replayVal }: Attrs): XfrmReplay | undefined {
  const long = (high: number, low: number) => (BigInt(high) << 32n) | BigInt(low)
  if (esn !== undefined) return withJson({ oseq: long(esn.oseqHi, esn.oseq), seq: long(esn.seqHi, esn.seq) })
  return replayVal && withJson({ oseq: BigInt(replayVal.oseq), seq: BigInt(replayVal.seq) })
}

function encapOf({ encap }: Attrs): XfrmEncap | undefined {
  if (encap === undefined) return undefined
  const { type, sport, dport, oa } = encap
  const word = type === TCP_ENCAP.ESPINTCP ? named(TCP_ENCAP, type) : named(UDP_ENCAP, type)
  return { type: word, sport, dport, oa }
}

/** Assigns the algorithms. The kernel reports authentication twice, with and without the length of its result. */
function assignAlgorithms(to: Draft<XfrmState>, { algAuth, algAuthTrunc, algCrypt, algAead, algComp }: Attrs): void {
  if (algAuthTrunc !== undefined) to.auth = { ...decodeAlgorithm(algAuthTrunc), truncLen: algAuthTrunc.truncLen }
  else if (algAuth !== undefined) to.auth = decodeAlgorithm(algAuth)
  if (algCrypt !== undefined) to.enc = decodeAlgorithm(algCrypt)
  if (algAead !== undefined) to.aead = { ...decodeAlgorithm(algAead), icvLen: algAead.icvLen }
  if (algComp !== undefined) to.comp = decodeAlgorithm(algComp)
}

/** Assigns what few states have. */
function assignOptions(to: Draft<XfrmState>, attrs: Attrs): void {
  const { setMark, setMarkMask, lastused } = attrs
  const [mark, encap, replay] = [decodeMark(attrs.mark), encapOf(attrs), replayOf(attrs)]
  const offload = decodeOffload(attrs.offloadDev)
  if (attrs.saExtraFlags !== undefined) to.extraFlags = flagsIn(XFRM_SA_XFLAG, attrs.saExtraFlags)
  if (replay !== undefined) to.replay = replay
  if (mark !== undefined) to.mark = mark
  if (setMark !== undefined) to.outputMark = { value: setMark, mask: setMarkMask ?? 0xffffffff }
  if (attrs.ifId !== undefined) to.ifId = attrs.ifId
  if (encap !== undefined) to.encap = encap
  if (attrs.coaddr !== undefined) to.coa = attrs.coaddr
  if (lastused !== undefined && lastused !== 0n) to.lastUsed = new Date(Number(lastused) * 1000)
  if (offload !== undefined) to.offload = offload
  if (attrs.tfcpad !== undefined) to.tfcpad = attrs.tfcpad
  if (attrs.saDir !== undefined) to.dir = named(XFRM_SA_DIR, attrs.saDir)
}

const StateObject = constructorOf<XfrmState, XfrmStateMessage>(function (message) {
  const { id, saddr, sel, stats, attrs, family } = message
  const selector = {} as Draft<XfrmSelector>
  assignSelector(selector, sel, familyOfSelector(sel, family))
  this.family = familyName(family)
  this.src = saddr
  this.dst = id.daddr
  this.proto = named(IPPROTO, id.proto)
  this.spi = id.spi
  this.reqid = message.reqid
  this.mode = named(XFRM_MODE, message.mode)
  this.flags = flagsIn(XFRM_STATE, message.flags)
  this.replayWindow = attrs.replayEsnVal?.replayWindow ?? message.replayWindow
  assignAlgorithms(this, attrs)
  assignOptions(this, attrs)
  this.sel = selector
  this.limits = decodeLimits(message.lft)
  this.use = decodeUse(message.curlft)
  this.stats = { ...stats }
})

/** Converts a message to a state. */
export const toState = (message: XfrmStateMessage): XfrmState =>
  withMessage(withJson(new StateObject(message)), message)
