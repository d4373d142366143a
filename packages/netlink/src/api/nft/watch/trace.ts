import { NF, NFT_TRACETYPE, type NftTraceMessage } from '../../../netfilter/index.js'
import { constructorOf, withMessage } from '../../values/objects.js'
import { verdictText } from '../elements.js'
import { nftFamilyName } from '../types/names.js'
import { packetIn } from './packet.js'
import type { NftState } from './state.js'
import type { NftPacket, NftTrace } from './types.js'

/** Number of packets whose headers are kept for their later steps. */
const PACKETS = 256

/** The kernel reports the end of a chain as a rule without a handle. */
function stepOf({ type, ruleHandle }: NftTraceMessage['attrs']): NftTrace['step'] {
  if (type === NFT_TRACETYPE.POLICY) return 'policy'
  return type === NFT_TRACETYPE.RULE && ruleHandle !== undefined ? 'rule' : 'return'
}

const verdictOf = ({ verdict, policy }: NftTraceMessage['attrs']) =>
  policy === undefined ? verdictText(verdict ?? {}) : policy === NF.DROP ? 'drop' : 'accept'

const TraceObject = constructorOf<NftTrace, { message: NftTraceMessage; state: NftState; packet: NftPacket }>(
  function ({ message, state, packet }) {
    const { family, attrs } = message
    const { id, table, chain, ruleHandle, iif, oif, mark } = attrs
    const rule = ruleHandle === undefined ? undefined : state.rule(family, table, ruleHandle)
    this.type = 'trace'
    this.id = id ?? 0
    this.family = nftFamilyName(family)
    this.table = table ?? ''
    this.chain = chain ?? ''
    this.step = stepOf(attrs)
    if (ruleHandle !== undefined) this.handle = ruleHandle
    if (rule !== undefined) this.rule = rule
    this.verdict = verdictOf(attrs)
    if (iif !== undefined) this.iif = iif
    if (oif !== undefined) this.oif = oif
    if (mark !== undefined) this.mark = mark
    this.packet = packet
  },
)

/** Converts traces to objects. */
export class TraceReader {
  /** By the id of the trace. The kernel sends the headers of a packet only with the first step. */
  readonly #packets = new Map<number, NftPacket>()

  take(message: NftTraceMessage, state: NftState): NftTrace {
    const { id = 0 } = message.attrs
    const packet = packetIn(message) ?? this.#packets.get(id) ?? {}
    this.#packets.delete(id)
    this.#packets.set(id, packet)
    const [oldest] = this.#packets.keys()
    if (this.#packets.size > PACKETS && oldest !== undefined) this.#packets.delete(oldest)
    return withMessage(new TraceObject({ message, state, packet }), message)
  }
}
