import { AF } from '../codec/index.js'
import { networkOf } from '../ip/index.js'
import type { RouteMessage } from '../route/index.js'
import type { ObjectDraft, Planning } from './planning.js'

/** Reports new IPv4 routes whose destination has host bits: `fib_valid_key_len` of the kernel refuses them. IPv6 ignores these bits. */
export function reportHostBits(planning: Planning, drafts: readonly ObjectDraft[]): void {
  for (const { object, verb, path, message } of drafts) {
    const { family, dstLen, attrs } = message as RouteMessage
    if (object !== 'route' || verb === 'remove' || family !== AF.INET || typeof attrs.dst !== 'string') continue
    const { address } = networkOf({ address: attrs.dst, length: dstLen })
    if (address !== attrs.dst)
      planning.conflict(
        'refused',
        `${path}.dst`,
        `expected ${address}/${dstLen}, a network without host bits, got ${attrs.dst}/${dstLen}`,
      )
  }
}
