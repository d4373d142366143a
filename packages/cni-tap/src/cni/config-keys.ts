import { isInterfaceName } from '@netloom/netlink/codec'
import { bandwidth, bandwidthKeys } from './bandwidth.js'
import { reversedProtection, sysctlProblem, sysctls } from './interface-sysctl.js'
import {
  anyObject,
  bool,
  int,
  list,
  mapOf,
  nullAs,
  type RecordOf,
  record,
  string,
  type Type,
  type TypeOf,
  tolerant,
  uint32,
} from './json.js'
import { isNewInterfaceName } from './names.js'
import { parseCidr, parseIp } from './prefix.js'
import { type Dns, dns } from './result-parts.js'
import { trunkProblem, vlanProblem, vlanTrunk } from './vlan.js'

/** A key of the network configuration. */
export interface Key<T> {
  readonly type: Type<T>
  /** Commands that use the key, and fail if its value is invalid. */
  readonly usedBy: readonly string[]
  /** Further commands that use the key. An invalid value counts as absent. */
  readonly toleratedBy: readonly string[]
  /** Returns a description of what is wrong with a value of the right type, or undefined if it is valid. */
  findProblem(value: T): string | undefined
}

const every = ['ADD', 'CHECK', 'DEL', 'STATUS', 'GC'] as const
/** Commands that use the properties of the device. */
const making = ['ADD', 'CHECK', 'STATUS'] as const
/** Commands that must work with values that ADD would refuse. */
const cleaning = ['DEL', 'GC'] as const

function key<T>(
  type: Type<T>,
  usedBy: readonly string[],
  findProblem: (value: T) => string | undefined = () => undefined,
  toleratedBy: readonly string[] = [],
): Key<T> {
  return { type, usedBy, toleratedBy, findProblem }
}

/** MTUs that the kernel accepts for a tap: ETH_MIN_MTU to 65535 minus the Ethernet header, drivers/net/tun.c. */
export const mtuRange = { min: 68, max: 65521 }

/** Largest user or group ID. `(uid_t)-1` means none in TUNSETOWNER and TUNSETGROUP. */
export const maxId = 0xffff_fffe

const mtuProblem = (mtu: number) =>
  mtu !== 0 && (mtu < mtuRange.min || mtu > mtuRange.max) ? `expected ${mtuRange.min} to ${mtuRange.max}` : undefined
const nameProblem = (name: string) => (isInterfaceName(name) ? undefined : 'expected the name of a device')
const newNameProblem = (name: string) => (isNewInterfaceName(name) ? undefined : 'expected the name of a new device')
const idProblem = (id: number) => (id > maxId ? 'expected an ID other than the one that means none' : undefined)

/** Levels of the log: failed calls; all calls; all calls with details. */
export const logLevels = ['error', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

export const isLogLevel = (text: string): text is LogLevel => (logLevels as readonly string[]).includes(text)

/** Returns a description of what is wrong with an absolute path, or undefined. */
export const absolutePathProblem = (path: string) => {
  if (path.includes('\0')) return 'expected a path without a zero byte'
  return path.startsWith('/') ? undefined : 'expected an absolute path'
}
const logLevelProblem = (level: string) => (isLogLevel(level) ? undefined : `expected one of ${logLevels.join(', ')}`)

/** The capability `dns`: its keys have other names than those of a result. CNI's CONVENTIONS.md, "Well-known Capabilities" */
const runtimeDns = record({ servers: list(string), searches: list(string), options: list(string) })

/** Keys of `args.cni`. CNI's CONVENTIONS.md, "args in network config" */
export const conventionKeys = { mac: string, ips: list(string) }

const args = record({ cni: record(conventionKeys) })

const argsProblem = ({ cni: { ips = [] } = {} }: TypeOf<typeof args>) => {
  const wrong = ips.find((ip) => parseCidr(ip) === undefined && parseIp(ip) === undefined)
  return wrong === undefined ? undefined : `expected IP addresses in cni.ips, found ${JSON.stringify(wrong)}`
}

/** Values of `ipOn`: the device gets the addresses, or they are only reported, for the guest to use. */
const addressHolders = ['tap', 'guest']
const ipOnProblem = (holder: string) =>
  addressHolders.includes(holder) ? undefined : `expected one of ${addressHolders.join(', ')}`

const netnsDirsProblem = (paths: readonly string[]) =>
  paths.every((path) => absolutePathProblem(path) === undefined) ? undefined : 'expected absolute paths'

/** Keys of `runtimeConfig`, which a runtime sets per attachment. It sends only those that are listed in `capabilities`. */
export const attachmentKeys = {
  mac: string,
  owner: uint32,
  group: uint32,
  multiQueue: bool,
  dns: runtimeDns,
  bandwidth,
}

/** May also contain capabilities of other plugins, such as the IPAM plugin. */
const capabilities: Type<Record<string, boolean>> = {
  ...mapOf(bool),
  unknownKeys: (value, path) => record(attachmentKeys).unknownKeys?.(value, path) ?? [],
}

const attachmentProblem = ({ owner = 0, group = 0 }: RecordOf<typeof attachmentKeys>) =>
  idProblem(owner) ?? idProblem(group)

/** libcni writes null for an empty list. */
const attachments = nullAs([], list(record({ containerID: string, ifname: string }, ['containerID', 'ifname'])))

/**
 * The keys of the network configuration: their types, the commands that use them, and a check of their values. `key-texts.ts`
 * explains each.
 */
export const keys = {
  cniVersion: key(string, every),
  name: key(string, every),
  type: key(string, making),
  capabilities: key(capabilities, making),
  ipam: key(record({ type: string }), every),
  dns: key(dns, making),
  prevResult: key(anyObject, ['ADD', 'CHECK']),
  'cni.dev/valid-attachments': key(attachments, ['GC']),
  'cni.dev/attachments': key(attachments, ['GC']),
  multiQueue: key(bool, making),
  mtu: key(int, making, mtuProblem),
  /** Validated by `readSettings`, if no other source of the address has precedence. */
  mac: key(string, making),
  txQueueLen: key(uint32, making),
  owner: key(uint32, making, idProblem),
  group: key(uint32, making, idProblem),
  selinuxContext: key(string, making),
  acceptRA: key(bool, making),
  enabledad: key(bool, making),
  bridge: key(string, making, nameProblem),
  vlan: key(int, making, vlanProblem),
  vlanTrunk: key(vlanTrunk, making, trunkProblem),
  preserveDefaultVlan: key(bool, making),
  hairpinMode: key(bool, making),
  portIsolation: key(bool, making),
  macspoofchk: key(bool, making, undefined, cleaning),
  logFile: key(string, making, absolutePathProblem, cleaning),
  logLevel: key(string, making, logLevelProblem, cleaning),
  redirect: key(string, making, nameProblem, cleaning),
  tapName: key(string, making, newNameProblem),
  ingressRate: key(bandwidthKeys.ingressRate, making, undefined, cleaning),
  ingressBurst: key(bandwidthKeys.ingressBurst, making, undefined, cleaning),
  egressRate: key(bandwidthKeys.egressRate, making, undefined, cleaning),
  egressBurst: key(bandwidthKeys.egressBurst, making, undefined, cleaning),
  sysctl: key(sysctls, making, sysctlProblem),
  ipOn: key(string, making, ipOnProblem),
  gcNetnsDirs: key(list(string), [...making, 'GC'], netnsDirsProblem),
  args: key(args, making, argsProblem),
  runtimeConfig: key(record(attachmentKeys), making, attachmentProblem),
} as const

const tolerantRates = {
  ingressRate: tolerant(bandwidthKeys.ingressRate),
  ingressBurst: tolerant(bandwidthKeys.ingressBurst),
  egressRate: tolerant(bandwidthKeys.egressRate),
  egressBurst: tolerant(bandwidthKeys.egressBurst),
}

/** Keys that name parts to remove, for commands that clean up. A value of the wrong type counts as absent. */
export const cleanupKeys = record({
  macspoofchk: tolerant(bool),
  redirect: tolerant(string),
  ...tolerantRates,
  capabilities: tolerant(record({ bandwidth: tolerant(bool) })),
  runtimeConfig: tolerant(record({ bandwidth: tolerant(bandwidth) })),
})

/** The keys of the log. A failing log must not make a call fail, so they are also read before the configuration is validated. */
export const logKeys = record({ logFile: tolerant(string), logLevel: tolerant(string) })

/**
 * Keys that have an effect only on a bridge port. `preserveDefaultVlan` is not in the list: it has an effect only together with
 * `vlan` or `vlanTrunk`, and configurations may contain its default (the bridge plugin's is true).
 */
const portKeys = ['vlan', 'vlanTrunk', 'hairpinMode', 'portIsolation', 'macspoofchk'] as const

/** Returns the first key that cannot be used because of another key, or because another key is missing, with an explanation. */
export function findConflict(config: Config): readonly [key: keyof Config, problem: string] | undefined {
  const { bridge, redirect, tapName, ipam, ipOn, enabledad } = config
  if (enabledad && ipOn === 'guest') return ['enabledad', 'expected ipOn "tap" too']
  const reversed = config.acceptRA === false ? reversedProtection(config.sysctl) : undefined
  if (reversed !== undefined) return ['acceptRA', `expected no ${reversed} in sysctl`]
  if (redirect === undefined && tapName !== undefined) return ['tapName', 'expected redirect too']
  if (redirect !== undefined && bridge !== undefined) return ['bridge', 'expected no bridge with redirect']
  if (redirect !== undefined && ipam?.type !== undefined)
    return ['ipam', 'expected none with redirect: the guest has the addresses of the interface']
  if (bridge !== undefined) return undefined
  const key = portKeys.find((name) => (Array.isArray(config[name]) ? config[name].length > 0 : config[name]))
  return key && [key, 'expected a bridge too']
}

/** Returns the name resolution of the configuration: that of the runtime, or the key `dns`. */
export function dnsOf({ dns = {}, runtimeConfig: { dns: given = {} } = {} }: Config): Dns {
  const { servers = [], searches = [], options = [] } = given
  const lists = Object.entries({ nameservers: servers, search: searches, options }).filter(
    ([, list]) => list.length > 0,
  )
  return lists.length > 0 ? Object.fromEntries(lists) : dns
}

type Types = { [K in keyof typeof keys]: (typeof keys)[K]['type'] }

/** A parsed network configuration: the keys that a command uses. */
export type Config = RecordOf<Types>
