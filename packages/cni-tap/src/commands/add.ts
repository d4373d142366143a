import type { Connection } from '@netloom/netlink'
import { aliasOf } from '../alias.js'
import { type Config, readConfig, readMac } from '../config.js'
import { configure } from '../configure.js'
import { detach } from '../detach.js'
import { CniError, ErrorCode, messageOf, toCniError } from '../error.js'
import { childMark, delegate, findPlugin, ipamAdd } from '../ipam.js'
import { printJson } from '../json.js'
import { findBridge, withConnection } from '../links.js'
import { checkNewInterfaceName } from '../names.js'
import { withOpenNetns } from '../netns.js'
import type { Reply, Request } from '../request.js'
import { emptyResult, formatResult, parsePrevResult, type Result, requireConvertible } from '../result.js'
import type { Dns } from '../result-parts.js'
import { runLabelled } from '../selinux.js'
import { type PendingTap, type TapSettings, withNewTap } from '../tap.js'

/** What is to be made, all of it checked as far as that goes without making anything. */
interface Plan {
  readonly config: Config
  readonly mac: string | undefined
  readonly ipam: string | undefined
  readonly previous: Result
}

/** ADD: makes the device, or leaves nothing behind. */
export function add(request: Request): Reply {
  const plan = makePlan(request)
  const { selinuxContext } = plan.config
  const undo = () => detach(request, plan.ipam)
  if (selinuxContext !== undefined && request.host.env[childMark] !== String(request.host.parent)) {
    return { stdout: runLabelled(request, selinuxContext), undo }
  }
  const stdout = withOpenNetns(request.netns, (netns) =>
    withConnection(netns, (nl) => attach(request, plan, netns, nl)),
  )
  return { stdout, undo }
}

function makePlan(request: Request): Plan {
  checkNewInterfaceName(request.ifname)
  const config = readConfig(request.json, 'ADD')
  const mac = readMac(config, request.args)
  const previous = config.prevResult === undefined ? emptyResult : parsePrevResult(config.prevResult, request.version)
  const ipam = config.ipam?.type
  requireConvertible(request.version, ipam !== undefined || previous.ips.length > 0)
  if (ipam !== undefined) findPlugin(ipam, request.path)
  return { config, mac, ipam, previous }
}

/** The transaction: until its last step the device lives only as long as our descriptor of it. */
function attach(request: Request, plan: Plan, netns: number, nl: Connection): string {
  return withNewTap(netns, nl, request.ifname, settingsOf(request, plan, nl), (tap) => {
    const finish = (assigned: Result) => {
      const device = { netns, nl, index: tap.index, name: request.ifname, mtu: tap.mtu }
      if (assigned.ips.length > 0) configure(device, assigned.ips, assigned.routes, request.note)
      const stdout = printJson(formatResult(extend(plan, request, tap, assigned), request.version))
      tap.keep()
      return stdout
    }
    return plan.ipam === undefined ? finish(emptyResult) : withAssigned(request, plan.ipam, finish)
  })
}

function settingsOf({ network, containerId, ifname }: Request, { config, mac }: Plan, nl: Connection): TapSettings {
  const { multiQueue = false, owner, group, mtu = 0, bridge } = config
  const master = bridge === undefined ? undefined : findBridge(nl, bridge)
  return { multiQueue, owner, group, mtu: mtu || undefined, mac, master, alias: aliasOf(network, containerId, ifname) }
}

/** Calls `action` with what the IPAM plugin assigns; when either fails, the assignment is taken back. */
function withAssigned(request: Request, ipam: string, action: (assigned: Result) => string): string {
  try {
    const assigned = ipamAdd(request, ipam)
    if (assigned.ips.length === 0) throw new CniError(ErrorCode.ipamUnusable, 'IPAM plugin returned missing IP config')
    return action(assigned)
  } catch (error) {
    throw toCniError(error).withDetails(release(request, ipam))
  }
}

function release(request: Request, ipam: string): string[] {
  try {
    delegate(request, ipam, 'DEL')
    return []
  } catch (error) {
    return [`rollback: IPAM DEL: ${messageOf(error)}`]
  }
}

/** The previous result with our interface, addresses and routes after it. */
function extend({ config, previous }: Plan, { ifname, netns }: Request, tap: PendingTap, assigned: Result): Result {
  const entry = { name: ifname, ...(tap.mac !== undefined && { mac: tap.mac }), mtu: tap.mtu, sandbox: netns }
  const index = previous.interfaces.length
  return {
    interfaces: [...previous.interfaces, entry],
    ips: [...previous.ips, ...assigned.ips.map((ip) => ({ ...ip, interface: index }))],
    routes: [...previous.routes, ...assigned.routes],
    dns: [config.dns ?? {}, assigned.dns].find(isGiven) ?? previous.dns,
  }
}

const isGiven = (dns: Dns) => Object.keys(dns).length > 0
