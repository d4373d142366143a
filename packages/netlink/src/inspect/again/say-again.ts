import type { DissectedMessage } from '../../dissect/index.js'
import type { Names } from '../names.js'
import { addressCall } from './address-call.js'
import { commandOf } from './command/command-of.js'
import { commandLine } from './command/shell.js'
import { linkCall } from './link-call.js'
import { neighbourCall } from './neighbour-call.js'
import { nexthopCall } from './nexthop-call.js'
import { qdiscCall } from './qdisc-call.js'
import { requestOf, type SaidRequest } from './request-of.js'
import { routeCall } from './route-call.js'
import { ruleCall } from './rule-call.js'
import { messageLevel } from './typescript.js'
import { withoutSecrets } from './without-secrets.js'

/** A decoded request as source code and as a command. */
export interface SaidAgain {
  /**
   * An expression that sends the request. `nl` is a `Netlink`. It is a call of `nl.link`, `nl.route`, … if there is one, and
   * a request at the level of messages if not.
   */
  readonly typescript?: string
  /** The imports of the expression, one statement each. Absent if it needs only `nl`. */
  readonly imports?: readonly string[]
  /** A command of iproute2 that sends the request, quoted for sh. */
  readonly command?: string
  /** The parts of the request that the command cannot express: paths of attributes. */
  readonly lost?: readonly string[]
}

/** Options of {@link sayAgain}. */
export interface SayAgainOptions {
  /** True prints keys of WireGuard, IPsec, MACsec and others. By default environment variables take their place. */
  readonly secrets?: boolean | undefined
}

const calls: Readonly<Record<string, (request: SaidRequest) => string | undefined>> = {
  ...{ RTM_NEWLINK: linkCall, RTM_SETLINK: linkCall, RTM_DELLINK: linkCall, RTM_GETLINK: linkCall },
  ...{ RTM_NEWADDR: addressCall, RTM_DELADDR: addressCall, RTM_NEWROUTE: routeCall, RTM_DELROUTE: routeCall },
  ...{ RTM_NEWNEIGH: neighbourCall, RTM_DELNEIGH: neighbourCall, RTM_NEWRULE: ruleCall },
  ...{ RTM_NEWNEXTHOP: nexthopCall, RTM_DELNEXTHOP: nexthopCall, RTM_NEWQDISC: qdiscCall },
}

/**
 * Returns a decoded request as TypeScript, and as an `ip`, `bridge` or `tc` command if iproute2 has one. Returns an empty
 * object for messages of the kernel, and for requests that cannot be decoded.
 */
export function sayAgain(
  message: DissectedMessage,
  names: Names,
  { secrets = false }: SayAgainOptions = {},
): SaidAgain {
  const request = requestOf(message, names, secrets ? ({ value }) => value : withoutSecrets)
  return request === undefined ? {} : { ...typescriptOf(request), ...commandLineOf(request) }
}

function commandLineOf(request: SaidRequest): Pick<SaidAgain, 'command' | 'lost'> {
  const found = commandOf(request)
  const command = found && commandLine(found.words)
  if (command === undefined) return {}
  return { command, ...(found && found.lost.length > 0 && { lost: found.lost }) }
}

function typescriptOf(request: SaidRequest): Pick<SaidAgain, 'typescript' | 'imports'> {
  const high =
    Object.hasOwn(calls, request.type) && request.protocol === 'NETLINK_ROUTE' ? calls[request.type] : undefined
  const text = high?.(request)
  if (text !== undefined) return { typescript: text }
  const low = messageLevel(request, request.value)
  if (low === undefined) return {}
  return { typescript: low.text, ...(low.imports.length > 0 && { imports: low.imports }) }
}
