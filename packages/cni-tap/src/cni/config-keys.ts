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
import { refuseTrunk, refuseVlan, vlanTrunk } from './vlan.js'

/** A key of the network configuration. */
export interface Key<T> {
  readonly type: Type<T>
  /** The commands that look at it: others must not fail over a value that they have no use for. */
  readonly usedBy: readonly string[]
  /** What is wrong with a value of the right type. */
  refuse(value: T): string | undefined
}

const every = ['ADD', 'CHECK', 'DEL', 'STATUS', 'GC'] as const
/** The commands for which it matters what the device is to be like. */
const making = ['ADD', 'CHECK', 'STATUS'] as const

function key<T>(
  type: Type<T>,
  usedBy: readonly string[],
  refuse: (value: T) => string | undefined = () => undefined,
): Key<T> {
  return { type, usedBy, refuse }
}

/** What the kernel allows for a tap: ETH_MIN_MTU to 65535 less the Ethernet header, drivers/net/tun.c. */
export const mtuRange = { min: 68, max: 65521 }

/** The last uid and gid: `(uid_t)-1` stands for none, also to TUNSETOWNER and TUNSETGROUP. */
export const maxId = 0xffff_fffe

const refuseMtu = (mtu: number) =>
  mtu !== 0 && (mtu < mtuRange.min || mtu > mtuRange.max) ? `expected ${mtuRange.min} to ${mtuRange.max}` : undefined
const refuseBridge = (name: string) => (isInterfaceName(name) ? undefined : 'expected the name of a device')
const refuseId = (id: number) => (id > maxId ? 'expected an ID other than the one that means none' : undefined)

/** What may be said of a single attachment, by a runtime that the configuration's `capabilities` ask for it. */
const attachment = { mac: string, owner: uint32, group: uint32, multiQueue: bool }

/** Its keys may be other plugins' as well, the IPAM plugin's for one. */
const capabilities: Type<Record<string, boolean>> = {
  ...mapOf(bool),
  unknownKeys: (value, path) => record(attachment).unknownKeys?.(value, path) ?? [],
}

const refuseAttachment = ({ owner = 0, group = 0 }: RecordOf<typeof attachment>) => refuseId(owner) ?? refuseId(group)

/** libcni writes null for an empty list. */
const attachments = nullAs([], list(record({ containerID: string, ifname: string }, ['containerID', 'ifname'])))

/** The network configuration, said once: every key, what it holds, who looks at it and what is refused. */
export const keys = {
  cniVersion: key(string, every),
  name: key(string, every),
  type: key(string, making),
  capabilities: key(capabilities, making),
  /** The address management plugin; without it the device gets no addresses. */
  ipam: key(record({ type: string }), every),
  /** Told in the result, before what IPAM and a previous plugin say. */
  dns: key(dns, making),
  prevResult: key(anyObject, ['ADD', 'CHECK']),
  'cni.dev/valid-attachments': key(attachments, ['GC']),
  /** The name that the key above had in drafts of the specification. */
  'cni.dev/attachments': key(attachments, ['GC']),
  /** IFF_MULTI_QUEUE */
  multiQueue: key(bool, making),
  mtu: key(int, making, refuseMtu),
  /** Looked at where no other counts before it: `readSettings`. */
  mac: key(string, making),
  /** Packets that the device holds for whoever reads from it. */
  txQueueLen: key(uint32, making),
  /** The user ID that may attach without CAP_NET_ADMIN; without it and `group`, whoever can open /dev/net/tun may. */
  owner: key(uint32, making, refuseId),
  group: key(uint32, making, refuseId),
  /** The SELinux label of the process that makes the device, and so the device's. */
  selinuxContext: key(string, making),
  /** True leaves the kernel's handling of router advertisements and redirects; false makes an error of a failure to turn it off. */
  acceptRA: key(bool, making),
  /** Wait until it is known of each IPv6 address whether another node has it. */
  enabledad: key(bool, making),
  /** A bridge in the container's network namespace whose port the device becomes. */
  bridge: key(string, making, refuseBridge),
  /** The VLAN of frames without a tag. */
  vlan: key(int, making, refuseVlan),
  /** The VLANs of frames with one. */
  vlanTrunk: key(vlanTrunk, making, refuseTrunk),
  /** Whether the port also stays in the VLAN that the bridge puts all ports in; it does, unless said otherwise. */
  preserveDefaultVlan: key(bool, making),
  /** Frames may leave by the port that they came in by. */
  hairpinMode: key(bool, making),
  /** No frames from or to other ports that are isolated. */
  portIsolation: key(bool, making),
  /** Only frames from the device's own address come in. What cleans up looks at it too, but must not fail over it. */
  macspoofchk: key(bool, making),
  /** Meant for other plugins. */
  args: key(anyObject, making),
  runtimeConfig: key(record(attachment), making, refuseAttachment),
} as const

/** Read by commands that clean up: any value but true is as false. */
export const spoofChecked = record({ macspoofchk: tolerant(bool) })

/** What makes sense for the port of a bridge only. */
const portKeys = ['vlan', 'vlanTrunk', 'hairpinMode', 'portIsolation', 'macspoofchk'] as const

/** The first key that makes no sense without another one. */
export function findPointless(config: Config): readonly [key: keyof Config, reason: string] | undefined {
  if (config.bridge !== undefined) return undefined
  const key = portKeys.find((name) => (Array.isArray(config[name]) ? config[name].length > 0 : config[name]))
  return key && [key, 'expected a bridge too']
}

type Types = { [K in keyof typeof keys]: (typeof keys)[K]['type'] }

/** A network configuration as one command sees it. */
export type Config = RecordOf<Types>
