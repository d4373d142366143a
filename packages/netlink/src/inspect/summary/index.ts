import type { DissectedMessage } from '../../dissect/index.js'
import { NLMSG_MIN_TYPE } from '../../message/index.js'
import type { Names } from '../names.js'
import { connectorSummary } from './connector.js'
import { controlSummary, ueventSummary } from './control.js'
import { genericSummary } from './generic.js'
import { netfilterSummary } from './netfilter.js'
import { rdmaSummary } from './rdma.js'
import { routeSummary } from './route.js'
import { Sketch } from './sketch.js'
import { sockDiagSummary } from './sock-diag.js'
import type { Summary } from './types.js'
import { xfrmSummary } from './xfrm.js'

/**
 * Summarizes a message in a few words: `new link br9 bridge`. Every message has a summary. Reads only what it returns. Keys are
 * never part of a summary.
 */
export function summary(message: DissectedMessage, names: Names): Summary {
  const found = summaryOf(message, names)
  const { value, error } = message
  if (error === undefined || !(value instanceof Uint8Array)) return found
  // Nothing was read, so what the message is about is unknown.
  return { verb: found.verb, kind: found.kind, name: '', details: [{ text: `unreadable: ${error.message}` }] }
}

function summaryOf(message: DissectedMessage, names: Names): Summary {
  const { header, protocol } = message
  if (protocol === 'NETLINK_KOBJECT_UEVENT') return ueventSummary(new Sketch(message, names))
  const sketch = new Sketch(message, names)
  if (protocol === 'NETLINK_CONNECTOR') return connectorSummary(sketch)
  if (header !== undefined && header.type < NLMSG_MIN_TYPE) return controlSummary(message)
  switch (protocol) {
    case 'NETLINK_ROUTE':
      return routeSummary(sketch)
    case 'NETLINK_NETFILTER':
      return netfilterSummary(sketch)
    case 'NETLINK_GENERIC':
      return genericSummary(sketch)
    case 'NETLINK_XFRM':
      return xfrmSummary(sketch)
    case 'NETLINK_RDMA':
      return rdmaSummary(sketch)
    case 'NETLINK_SOCK_DIAG':
      return sockDiagSummary(sketch)
    default:
      return sketch.summary('', protocol.replace('NETLINK_', '').toLowerCase())
  }
}
