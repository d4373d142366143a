import { isInterfaceName } from '@netloom/netlink/codec'
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
  tolerant,
  uint32,
} from './json.js'
import { dns } from './result-parts.js'
import { trunkProblem, vlanProblem, vlanTrunk } from './vlan.js'

/** A key of the network configuration. */
export interface Key<T> {
  readonly type: Type<T>
  /** The commands that read it. Others must not fail because of a value that they do not use. */
  readonly usedBy: readonly string[]
  /** Describes what is wrong with a value of the right type; undefined if it is valid. */
  findProblem(value: T): string | undefined
}

const every = ['ADD', 'CHECK', 'DEL', 'STATUS', 'GC'] as const
/** The commands that need the properties of the device. */
const making = ['ADD', 'CHECK', 'STATUS'] as const

function key<T>(
  type: Type<T>,
  usedBy: readonly string[],
  findProblem: (value: T) => string | undefined = () => undefined,
): Key<T> {
  return { type, usedBy, findProblem }
}

/** MTUs that the kernel accepts for a tap: ETH_MIN_MTU to 65535 minus the Ethernet header, drivers/net/tun.c. */
export const mtuRange = { min: 68, max: 65521 }

/** Largest user and group ID. `(uid_t)-1` means none, also for TUNSETOWNER and TUNSETGROUP. */
export const maxId = 0xffff_fffe

const mtuProblem = (mtu: number) =>
  mtu !== 0 && (mtu < mtuRange.min || mtu > mtuRange.max) ? `expected ${mtuRange.min} to ${mtuRange.max}` : undefined
const bridgeProblem = (name: string) => (isInterfaceName(name) ? undefined : 'expected the name of a device')
const idProblem = (id: number) => (id > maxId ? 'expected an ID other than the one that means none' : undefined)

/** Keys of `runtimeConfig`, for one attachment. A runtime sends those that `capabilities` list. */
const attachment = { mac: string, owner: uint32, group: uint32, multiQueue: bool }

/** Capabilities may also belong to other plugins, such as the IPAM plugin. */
const capabilities: Type<Record<string, boolean>> = {
  ...mapOf(bool),
  unknownKeys: (value, path) => record(attachment).unknownKeys?.(value, path) ?? [],
}

const attachmentProblem = ({ owner = 0, group = 0 }: RecordOf<typeof attachment>) =>
  idProblem(owner) ?? idProblem(group)

/** libcni writes null for an empty list. */
const attachments = nullAs([], list(record({ containerID: string, ifname: string }, ['containerID', 'ifname'])))

/** The keys of the network configuration: type, commands that use them, invalid values. */
export const keys = {
  cniVersion: key(string, every),
  name: key(string, every),
  type: key(string, making),
  capabilities: key(capabilities, making),
  /** The IPAM plugin. Without it the device gets no addresses. */
  ipam: key(record({ type: string }), every),
  /** Copied into the result. It takes precedence over that of the IPAM plugin and of a previous plugin. */
  dns: key(dns, making),
  prevResult: key(anyObject, ['ADD', 'CHECK']),
  'cni.dev/valid-attachments': key(attachments, ['GC']),
  /** Name of the key above in drafts of the specification. */
  'cni.dev/attachments': key(attachments, ['GC']),
  /** IFF_MULTI_QUEUE */
  multiQueue: key(bool, making),
  mtu: key(int, making, mtuProblem),
  /** Checked by `readSettings`, if no other address takes precedence. */
  mac: key(string, making),
  /** Number of packets that the device queues for the program that reads from it. */
  txQueueLen: key(uint32, making),
  /** The user that may attach without CAP_NET_ADMIN. Without it and `group`, any process that can open /dev/net/tun may. */
  owner: key(uint32, making, idProblem),
  group: key(uint32, making, idProblem),
  /** SELinux label of the process that creates the device, and so of the device. */
  selinuxContext: key(string, making),
  /** True: the kernel handles router advertisements and redirects as by default. False: an error if that cannot be turned off. */
  acceptRA: key(bool, making),
  /** True to wait until duplicate address detection of each IPv6 address has ended. */
  enabledad: key(bool, making),
  /** Bridge in the container's network namespace. The device becomes a port of it. */
  bridge: key(string, making, bridgeProblem),
  /** VLAN of untagged frames. */
  vlan: key(int, making, vlanProblem),
  /** VLANs of tagged frames. */
  vlanTrunk: key(vlanTrunk, making, trunkProblem),
  /** True to keep the port in the bridge's default VLAN. */
  preserveDefaultVlan: key(bool, making),
  /** True to let frames leave by the port on which they arrived. */
  hairpinMode: key(bool, making),
  /** True to block frames from and to other isolated ports. */
  portIsolation: key(bool, making),
  /** True to accept only frames from the device's own address. DEL and GC read it too, see `spoofChecked`. */
  macspoofchk: key(bool, making),
  /** For other plugins. */
  args: key(anyObject, making),
  runtimeConfig: key(record(attachment), making, attachmentProblem),
} as const

/** For commands that clean up: any value other than true counts as false. */
export const spoofChecked = record({ macspoofchk: tolerant(bool) })

/**
 * Keys that have an effect only for the port of a bridge. `preserveDefaultVlan` is not one of them: it has an effect only next to `vlan` or
 * `vlanTrunk`, and `true` is the default of the bridge plugin, like `false` of the others.
 */
const portKeys = ['vlan', 'vlanTrunk', 'hairpinMode', 'portIsolation', 'macspoofchk'] as const

/** Returns the first key that has no effect without another key, and what is missing. */
export function findUselessKey(config: Config): readonly [key: keyof Config, problem: string] | undefined {
  if (config.bridge !== undefined) return undefined
  const key = portKeys.find((name) => (Array.isArray(config[name]) ? config[name].length > 0 : config[name]))
  return key && [key, 'expected a bridge too']
}

type Types = { [K in keyof typeof keys]: (typeof keys)[K]['type'] }

/** A network configuration, with the keys that one command uses. */
export type Config = RecordOf<Types>
