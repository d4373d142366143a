import { aliasOf } from '../attachment/alias.js'
import { configurePort, portOf } from '../attachment/bridge-port.js'
import { configureAddresses } from '../attachment/configure.js'
import { settleAddresses } from '../attachment/dad.js'
import { detach } from '../attachment/detach.js'
import { ignoreGuestRouting } from '../attachment/guest-routing.js'
import { findBridge, openConnection } from '../attachment/links.js'
import { loadSpoofCheck, type SpoofCheck } from '../attachment/load-spoof-check.js'
import { loadTraffic, type TrafficControl } from '../attachment/load-traffic.js'
import { applySysctls } from '../attachment/own-settings.js'
import { endWithParent, runLabelled } from '../attachment/relabelled.js'
import { extend } from '../attachment/result.js'
import { Rollback } from '../attachment/rollback.js'
import {
  configureLink,
  deviceOf,
  findCreated,
  firstFree,
  NewTap,
  settingsRequest,
  setUp,
  upRequest,
} from '../attachment/tap.js'
import { type Limits, readLimits } from '../cni/bandwidth.js'
import { readConfig } from '../cni/config.js'
import { type Config, mtuRange } from '../cni/config-keys.js'
import { childMark } from '../cni/environment.js'
import { type CniError, throwFirst } from '../cni/error.js'
import { interfaceSysctls } from '../cni/interface-sysctl.js'
import { delegate, findPlugin, ipamAdd, requireUsableIpam } from '../cni/ipam.js'
import { printJson } from '../cni/json.js'
import { checkNewInterfaceName } from '../cni/names.js'
import { redirectedName } from '../cni/redirect.js'
import type { Reply, Request } from '../cni/request.js'
import { emptyResult, formatResult, parsePrevResult, type Result, requireConvertible } from '../cni/result.js'
import { readSettings, type Settings } from '../cni/settings.js'
import { openNetns } from '../system/netns.js'

/** The validated input of an ADD. */
interface Plan {
  readonly config: Config
  readonly settings: Settings
  /** Name of the IPAM plugin. */
  readonly ipam: string | undefined
  readonly previous: Result
  readonly spoofCheck: SpoofCheck | undefined
  /** Name of the interface to redirect. */
  readonly redirect: string | undefined
  readonly limits: Limits | undefined
  /** Present if frames are redirected or limited. */
  readonly traffic: TrafficControl | undefined
}

/** ADD: creates the device, or leaves nothing behind. */
export async function add(request: Request): Promise<Reply> {
  request.log.step('check the configuration')
  const plan = await makePlan(request)
  const { selinuxContext } = plan.config
  const undo = () => detach(request, { ...plan, redirected: plan.redirect !== undefined, renamed: false })
  const isChild = request.process.env[childMark] === String(request.process.parent)
  if (isChild) endWithParent()
  const attachHere = selinuxContext === undefined || isChild
  const stdout = attachHere ? await attach(request, plan) : await attachLabelled(request, selinuxContext, undo)
  return { stdout, undo }
}

/** Checks everything that can be checked before anything is created. */
async function makePlan(request: Request): Promise<Plan> {
  const config = readConfig(request.json, 'ADD')
  if (config.redirect === undefined) checkNewInterfaceName(request.ifname)
  const settings = readSettings(config, request.args)
  const limits = readLimits(config)
  const previous = config.prevResult === undefined ? emptyResult : parsePrevResult(config.prevResult, request.version)
  const ipam = config.ipam?.type
  if (ipam === undefined && (config.args?.cni?.ips?.length ?? 0) > 0)
    request.note('args.cni.ips has no effect without ipam')
  requireUsableIpam(ipam)
  requireConvertible(request.version, ipam !== undefined || previous.ips.length > 0)
  if (ipam !== undefined) findPlugin(ipam, request.path)
  const redirect = config.redirect && redirectedName(config.redirect, previous, request, settings.tapName)
  const traffic = await loadTraffic(redirect !== undefined || limits !== undefined)
  return {
    config,
    settings,
    ipam,
    previous,
    spoofCheck: await loadSpoofCheck(config.macspoofchk),
    redirect,
    limits,
    traffic,
  }
}

/** Runs ADD in a child process with another SELinux label. */
async function attachLabelled(request: Request, label: string, undo: () => readonly CniError[]): Promise<string> {
  request.log.step('ADD with the SELinux label')
  const stdout = runLabelled(request, label)
  const rollback = new Rollback()
  rollback.add('the attachment', () => throwFirst(undo()))
  try {
    await request.throwIfSignalled()
    return stdout
  } catch (error) {
    throw rollback.undo(error)
  }
}

/** Creates the attachment. Until the last step, the kernel deletes the device when this process ends. */
async function attach(request: Request, plan: Plan): Promise<string> {
  const { ifname, log, note, throwIfSignalled } = request
  const { config, settings, ipam, spoofCheck, redirect, limits, traffic } = plan
  log.step('open the namespace')
  using netns = openNetns(request.netns, { notOwn: request.ownNetns })
  using nl = openConnection(netns.fd)
  const bridge = config.bridge === undefined ? undefined : findBridge(nl, config.bridge)
  const port = portOf(config, bridge?.data)
  const alias = aliasOf(request.network, request.containerId, ifname)
  const target = redirect === undefined ? undefined : traffic?.findFreeTarget(nl, redirect, alias)
  // Frames that exceed the MTU of the next device would be dropped there.
  const mtu = config.mtu || target?.mtu || (bridge && Math.min(bridge.mtu, mtuRange.max))

  log.step('create the tap')
  const name = redirect === undefined ? ifname : (settings.tapName ?? firstFree)
  // Duplicate address detection needs a carrier, but no process has opened the device yet.
  using tap = NewTap.create(netns.fd, name, { ...settings, carrier: config.enabledad ?? false })
  const rollback = new Rollback()
  try {
    const link = findCreated(nl, tap.name)
    rollback.add('tap', () => tap.remove(nl, link))
    log.step('set up the tap')
    ignoreGuestRouting({ netns: netns.fd, link, mtu }, config.acceptRA, note)
    if (bridge !== undefined) spoofCheck?.pinAddress(nl, bridge, settings.mac)

    const linkSettings = { mtu, mac: settings.mac, txQueueLen: config.txQueueLen, alias, master: bridge?.index }
    const device = deviceOf(link, linkSettings)
    // Settings that protect bridge and pod must be in force before the device is set up.
    const isGuarded = Boolean(port ?? spoofCheck ?? traffic ?? config.sysctl)
    // A redirected tap gets them together with its filters.
    if (target === undefined) configureLink(nl, device, linkSettings, !isGuarded)
    if (port !== undefined) configurePort(nl, device.index, port)
    if (spoofCheck !== undefined) {
      log.step('macspoofchk')
      const table = spoofCheck.tableOf(alias)
      rollback.add('macspoofchk', () => spoofCheck.removeSpoofCheck(netns.fd, table, note))
      spoofCheck.addSpoofCheck(netns.fd, nl, table, device)
    }
    applySysctls(netns.fd, device.name, config.sysctl)
    if (traffic !== undefined) log.step('redirect and limit the frames')
    else if (isGuarded) setUp(nl, device)
    const last = target === undefined ? upRequest(device) : settingsRequest(device, linkSettings)
    const ifb = traffic?.addTraffic(nl, request, { tap: device, target, limits, alias, last }, rollback)

    let assigned = emptyResult
    if (ipam !== undefined) {
      await throwIfSignalled()
      rollback.add('IPAM DEL', () => delegate(request, ipam, 'DEL'))
      assigned = ipamAdd(request, ipam)
      log.step('add addresses and routes')
      const given = interfaceSysctls(config.sysctl).map(({ name }) => name)
      if (config.ipOn !== 'guest') configureAddresses({ ...device, netns: netns.fd, nl, given }, assigned, note)
    }
    if (config.enabledad) {
      log.step('wait for duplicate address detection')
      await settleAddresses(nl, device.index, throwIfSignalled)
      tap.dropCarrier()
    }

    const result = extend(request, plan, { device, target, ifb, assigned })
    const stdout = printJson(formatResult(result, request.version))
    await throwIfSignalled()
    log.step('make the tap persistent')
    tap.keep()
    return stdout
  } catch (error) {
    log.step('undo')
    throw rollback.undo(error)
  }
}
