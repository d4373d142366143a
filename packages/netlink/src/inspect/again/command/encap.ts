import { LWTUNNEL_ENCAP } from '../../../route/index.js'
import { type Bag, isBag, type Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import type { Command } from './words.js'

const labels = (dst: unknown) =>
  Array.isArray(dst) ? dst.map((each) => (isBag(each) ? each.label : each)).join('/') : undefined

/** Returns the words of an encapsulation (`encap mpls 100/200`); undefined for one whose options iproute2 cannot be given. */
export function encapWords(attrs: Members, _request: SaidRequest): Command | undefined {
  if (!attrs.has('encapType') && !attrs.has('encap')) return { words: [], lost: [] }
  const [type, data] = [attrs.number('encapType'), attrs.take('encap') as Bag | undefined]
  if (type !== LWTUNNEL_ENCAP.MPLS || data === undefined) return undefined
  const { dst, ttl, ...rest } = data
  const text = labels(dst)
  if (text === undefined) return undefined
  return {
    words: ['encap', 'mpls', text, ...(ttl === undefined ? [] : ['ttl', String(ttl)])],
    lost: Object.keys(rest).map((key) => `encap.${key}`),
  }
}
