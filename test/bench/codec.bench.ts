import { compile, type Declaration } from '@netloom/netlink/codec'
import { addressMessage, linkMessage, routeMessage } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { bench } from '../support/bench.js'
import { messagesOf } from '../support/captures.js'
import { decodeAddress, encodeAddress } from './by-hand/address.js'
import { Writer } from './by-hand/bytes.js'
import { decodeLink, encodeLink } from './by-hand/link.js'
import { decodeRoute, encodeRoute } from './by-hand/route.js'

// Decodes and encodes the recorded dumps, compared with codecs written by hand for one message each. Both produce the same
// objects and bytes.

const NLM_F_MULTI = 2
const NLMSG_HDRLEN = 16

/** Returns the payloads of the dumps of one message type. */
const dumped = (type: string, captures: readonly string[]) =>
  captures
    .flatMap((name) => messagesOf(name, type))
    .filter(({ header }) => ((header?.flags ?? 0) & NLM_F_MULTI) !== 0)
    .map(({ bytes }) => Buffer.from(bytes.subarray(NLMSG_HDRLEN)))

function compareCodecs<T>(
  name: string,
  declaration: Declaration<T>,
  payloads: readonly Buffer[],
  byHand: { decode(bytes: Buffer): T; encode(out: Writer, value: T): void },
): void {
  const codec = compile(declaration)
  const known = payloads.filter((bytes) => isKnown(bytes, byHand.decode))
  const values = known.map((bytes) => codec.decode(bytes, 0, bytes.length))
  const out = new Writer()
  for (const [index, bytes] of known.entries()) {
    assert.equal(byHand.decode(bytes), values[index])
    out.reset()
    byHand.encode(out, values[index] as T)
    const written = out.bytes.toString('hex', 0, out.length)
    out.reset()
    codec.encode(out, values[index] as T)
    assert.is(written, out.bytes.toString('hex', 0, out.length))
  }
  let turn = 0
  const next = () => {
    turn = turn + 1 < known.length ? turn + 1 : 0
    return turn
  }
  const label = `${name}: ${known.length} of ${payloads.length} recorded`
  bench(`${label}, decode`, {
    'by hand': () => byHand.decode(known[next()] as Buffer),
    'from the declaration': () => {
      const bytes = known[next()] as Buffer
      return codec.decode(bytes, 0, bytes.length)
    },
  })
  bench(`${label}, encode`, {
    'by hand': () => {
      out.reset()
      byHand.encode(out, values[next()] as T)
      return out
    },
    'from the declaration': () => {
      out.reset()
      codec.encode(out, values[next()] as T)
      return out
    },
  })
}

/** True if the codec written by hand handles all attributes of the message. */
function isKnown(bytes: Buffer, decode: (bytes: Buffer) => unknown): boolean {
  try {
    decode(bytes)
    return true
  } catch {
    return false
  }
}

compareCodecs('routes', routeMessage, dumped('RTM_NEWROUTE', ['06-route', '06-nexthop', 'iproute']), {
  decode: decodeRoute,
  encode: encodeRoute,
})
compareCodecs('addresses', addressMessage, dumped('RTM_NEWADDR', ['06-route', '01-vlan', 'ipaddr']), {
  decode: decodeAddress,
  encode: encodeAddress,
})
compareCodecs('links', linkMessage, dumped('RTM_NEWLINK', ['ipdump']), { decode: decodeLink, encode: encodeLink })
