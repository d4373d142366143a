import type { Connection, LinkMessage } from '@netloom/netlink'
import { aliasOf } from '../attachment/alias.js'
import { portOf } from '../attachment/bridge-port.js'
import { configure } from '../attachment/configure.js'
import { settleAddresses } from '../attachment/dad.js'
import { detach, throwFirst } from '../attachment/detach.js'
import { type Guards, isGuarded, withGuards } from '../attachment/guard.js'
import { ignoreGuestRouting } from '../attachment/guest-routing.js'
import { type Bridge, findBridge, openConnection } from '../attachment/links.js'
import { loadSpoofCheck, type SpoofCheck } from '../attachment/load-spoof-check.js'
import { endWithParent, runLabelled } from '../attachment/relabelled.js'
import { undoing } from '../attachment/rollback.js'
import { type PendingTap, type TapSettings, withNewTap } from '../attachment/tap.js'
import { readConfig } from '../cni/config.js'
import { type Config, mtuRange } from '../cni/config-keys.js'
import { CniError, ErrorCode } from '../cni/error.js'
import { childMark, delegate, findPlugin, ipamAdd, requireUsableIpam } from '../cni/ipam.js'
import { printJson } from '../cni/json.js'
import { checkNewInterfaceName } from '../cni/names.js'
import type { Reply, Request } from '../cni/request.js'
import { emptyResult, formatResult, parsePrevResult, type Result, requireConvertible } from '../cni/result.js'
import type { Dns } from '../cni/result-parts.js'
import { readSettings, type Settings } from '../cni/settings.js'
import { withOpenNetns } from '../system/netns.js'
import type { SignalCheck } from '../system/signals.js'

/** What is to be made, all of it checked as far as that goes without making anything. */
interface Plan {
  readonly config: Config
  readonly settings: Settings
  readonly ipam: string | undefined
  readonly previous: Result
  readonly spoofCheck: SpoofCheck | undefined
}

/** ADD: makes the device, or leaves nothing behind. */
export async function add(request: Request): Promise<Reply> {
  const plan = await makePlan(request)
  const { selinuxContext } = plan.config
  const undo = () => detach(request, { ...plan, renamed: false })
  const turn = request.throwIfSignalled
  const isLabelled = request.host.env[childMark] === String(request.host.parent)
  if (isLabelled) endWithParent()
  if (selinuxContext !== undefined && !isLabelled) {
    const stdout = runLabelled(request, selinuxContext)
    await undoing('the attachment', () => throwFirst(undo()), turn)
    return { stdout, undo }
  }
  const stdout = await withOpenNetns(request.netns, { notOwn: request.ownNetns }, async (netns) => {
    const nl = openConnection(netns)
    try {
      return await attach(request, plan, { netns, nl, turn })
    } finally {
      nl.close()
    }
  })
  return { stdout, undo }
}

async function makePlan(request: Request): Promise<Plan> {
  checkNewInterfaceName(request.ifname)
  const config = readConfig(request.json, 'ADD')
  const settings = readSettings(config, request.args)
  const previous = config.prevResult === undefined ? emptyResult : parsePrevResult(config.prevResult, request.version)
  const ipam = config.ipam?.type
  requireUsableIpam(ipam)
  requireConvertible(request.version, ipam !== undefined || previous.ips.length > 0)
  if (ipam !== undefined) findPlugin(ipam, request.path)
  return { config, settings, ipam, previous, spoofCheck: await loadSpoofCheck(config.macspoofchk) }
}

/** What a transaction goes by. */
interface Means {
  readonly netns: number
  readonly nl: Connection
  /** Whoever is asked to end before the last step takes everything back. */
  readonly turn: SignalCheck
}

/** The transaction: until its last step the device lives only as long as our descriptor of it. */
function attach(request: Request, plan: Plan, { netns, nl, turn }: Means): Promise<string> {
  const { network, containerId, ifname } = request
  const { config, spoofCheck, ipam } = plan
  const bridge = config.bridge === undefined ? undefined : findBridge(nl, config.bridge)
  const guards = { port: portOf(config, bridge?.data), spoofCheck }
  const alias = aliasOf(network, containerId, ifname)
  const prepare = (link: LinkMessage, mtu: number) => {
    ignoreGuestRouting({ netns, ifname, link, mtu }, config.acceptRA, request.note)
    if (bridge !== undefined) spoofCheck?.pinAddress(nl, bridge, plan.settings.mac)
  }
  const settings = { ...tapSettings(plan, guards, bridge), alias, prepare }
  return withNewTap(netns, nl, ifname, settings, (tap) => {
    const finish = async (assigned: Result) => {
      const device = { netns, nl, index: tap.index, name: ifname, mtu: tap.mtu }
      if (assigned.ips.length > 0) configure(device, assigned.ips, assigned.routes, request.note)
      if (config.enabledad) {
        settleAddresses(nl, tap.index)
        tap.dropCarrier()
      }
      const stdout = printJson(formatResult(extend(plan, request, tap, assigned), request.version))
      await turn()
      tap.keep()
      return stdout
    }
    return withGuards(guards, { netns, nl, alias }, tap, () =>
      ipam === undefined ? finish(emptyResult) : withAssigned(request, ipam, turn, finish),
    )
  })
}

function tapSettings(
  { config, settings }: Plan,
  guards: Guards,
  bridge: Bridge | undefined,
): Omit<TapSettings, 'alias' | 'prepare'> {
  const { mtu = 0, txQueueLen, enabledad = false } = config
  return {
    ...settings,
    // A larger frame would be lost at the bridge.
    mtu: mtu || (bridge && Math.min(bridge.mtu, mtuRange.max)),
    master: bridge?.index,
    txQueueLen,
    up: !isGuarded(guards),
    // Nobody reads from it yet; without a carrier, though, no address is ever found to be free.
    carrier: enabledad,
  }
}

/** Calls `action` with what the IPAM plugin assigns; when either fails, the assignment is taken back. */
async function withAssigned<T>(
  request: Request,
  ipam: string,
  turn: SignalCheck,
  action: (assigned: Result) => Promise<T>,
): Promise<T> {
  const release = () => {
    delegate(request, ipam, 'DEL')
  }
  await turn()
  return undoing('IPAM DEL', release, async () => {
    const assigned = ipamAdd(request, ipam)
    if (assigned.ips.length === 0) throw new CniError(ErrorCode.ipamUnusable, 'IPAM plugin returned missing IP config')
    return action(assigned)
  })
}

/** The previous result with our interface, addresses and routes after it. */
function extend({ config, previous }: Plan, { ifname, netns }: Request, tap: PendingTap, assigned: Result): Result {
  const entry = { name: ifname, ...(tap.mac !== '' && { mac: tap.mac }), mtu: tap.mtu, sandbox: netns }
  const index = previous.interfaces.length
  return {
    interfaces: [...previous.interfaces, entry],
    ips: [...previous.ips, ...assigned.ips.map((ip) => ({ ...ip, interface: index }))],
    routes: [...previous.routes, ...assigned.routes],
    dns: [config.dns ?? {}, assigned.dns].find(isGiven) ?? previous.dns,
  }
}

const isGiven = (dns: Dns) => Object.keys(dns).length > 0
