import { AF } from '../../../codec/index.js'
import { areZero } from '../call.js'
import { type Bag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { macsecCommand } from './macsec-command.js'
import { type Command, device, leftIn, option, wordsFor } from './words.js'
import { xfrmPolicyCommand } from './xfrm-policy-command.js'
import { xfrmStateCommand } from './xfrm-state-command.js'

/** Requests that have one command, whatever they contain. Attributes are lost. */
const fixed: Readonly<Record<string, string>> = {
  ...{ RTM_GETNEIGHTBL: 'ip ntable show', RTM_GETNSID: 'ip netns list-id', RTM_GETADDRLABEL: 'ip addrlabel list' },
  ...{ XFRM_MSG_GETSA: 'ip xfrm state list', XFRM_MSG_GETPOLICY: 'ip xfrm policy list' },
  ...{ TCP_METRICS_CMD_GET: 'ip tcp_metrics show', FOU_CMD_GET: 'ip fou show', MACSEC_CMD_GET_TXSC: 'ip macsec show' },
  ...{ L2TP_CMD_TUNNEL_GET: 'ip l2tp show tunnel', L2TP_CMD_SESSION_GET: 'ip l2tp show session' },
  ...{ MPTCP_PM_CMD_GET_ADDR: 'ip mptcp endpoint show', SEG6_CMD_DUMPHMAC: 'ip sr hmac show' },
  ...{ IOAM6_CMD_DUMP_NAMESPACES: 'ip ioam namespace show', IOAM6_CMD_DUMP_SCHEMAS: 'ip ioam schema show' },
}
/** Requests that are not dumps. */
const single: Readonly<Record<string, string>> = {
  ...{ XFRM_MSG_GETSADINFO: 'ip xfrm state count', XFRM_MSG_GETSPDINFO: 'ip xfrm policy count' },
  ...{ MPTCP_PM_CMD_FLUSH_ADDRS: 'ip mptcp endpoint flush', MPTCP_PM_CMD_GET_LIMITS: 'ip mptcp limits show' },
  ...{ SEG6_CMD_GET_TUNSRC: 'ip sr tunsrc show' },
}

/** Returns the other requests that iproute2 sends. */
export function otherCommand(request: SaidRequest): Command | undefined {
  const { type, isDump } = request
  const attrs = new Members(request.attrs)
  // iproute2 always sends a filter.
  const filter = attrs.peek('addressFilter') as { splen?: number; dplen?: number } | undefined
  if (filter !== undefined && areZero(filter, 'splen', 'dplen')) attrs.take('addressFilter')
  const found = isDump ? fixed : single
  const text = Object.hasOwn(found, type) ? found[type] : undefined
  if (text !== undefined) return { words: text.split(' '), lost: leftIn(attrs) }
  if (type === 'RTM_NEWADDRLABEL' || type === 'RTM_DELADDRLABEL') return labelCommand(request)
  if (type.startsWith('MACSEC_CMD_')) return macsecCommand(request)
  if (type.startsWith('XFRM_MSG_')) return xfrmStateCommand(request) ?? xfrmPolicyCommand(request)
  return type.startsWith('MPTCP_PM_CMD_') ? mptcpCommand(request) : undefined
}

/** `ip addrlabel` */
function labelCommand(request: SaidRequest): Command | undefined {
  const { type, value, create, excl } = request
  const attrs = new Members(request.attrs)
  const { prefixlen = 0, index = 0 } = value as Readonly<Record<string, number>>
  const [address, label] = [attrs.text('address'), attrs.number('label')]
  const isNew = type === 'RTM_NEWADDRLABEL'
  if (address === undefined || value.family !== AF.INET6 || (isNew && !(create && excl))) return undefined
  const words = [
    ...['ip', 'addrlabel', isNew ? 'add' : 'del', 'prefix', `${address}/${prefixlen}`],
    ...(index === 0 ? [] : ['dev', device(request, index)]),
    ...(label === undefined ? [] : ['label', String(label)]),
  ]
  return { words, lost: leftIn(attrs) }
}

/** `ip mptcp` */
function mptcpCommand(request: SaidRequest): Command | undefined {
  const { type } = request
  const attrs = new Members(request.attrs)
  if (type === 'MPTCP_PM_CMD_SET_LIMITS') {
    const words = wordsFor(attrs, { subflows: option('subflows'), rcvAddAddrs: option('add_addr_accepted') }, request)
    return { words: ['ip', 'mptcp', 'limits', 'set', ...words], lost: leftIn(attrs) }
  }
  if (type !== 'MPTCP_PM_CMD_DEL_ADDR') return undefined
  const endpoint = new Members(attrs.take('addr') as Bag)
  const id = endpoint.number('id')
  if (id === undefined || !areZero(request.value, 'flags')) return undefined
  return {
    words: ['ip', 'mptcp', 'endpoint', 'delete', 'id', String(id)],
    lost: [...leftIn(endpoint, 'addr.'), ...leftIn(attrs)],
  }
}
