import { isInterfaceName } from '@netloom/netlink/codec'
import { type Args, parseArgs } from './args.js'
import { CniError, ErrorCode } from './error.js'
import {
  anyObject,
  bool,
  int,
  JsonError,
  list,
  mapOf,
  parseJson,
  type RecordOf,
  record,
  string,
  type Type,
  uint32,
} from './json.js'
import { parseMac } from './mac.js'
import { checkNetworkName } from './names.js'
import { dns } from './result-parts.js'
import { oldestVersion } from './version.js'

/** A key of the network configuration. */
interface Key<T> {
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
const mtuRange = { min: 68, max: 65521 }

/** `(uid_t)-1`, which TUNSETOWNER and TUNSETGROUP take for nobody. */
const noId = 0xffff_ffff

const refuseMac = (mac: string) =>
  parseMac(mac) === undefined ? 'expected a unicast Ethernet address like 02:00:00:00:00:01' : undefined
const refuseMtu = (mtu: number) =>
  mtu !== 0 && (mtu < mtuRange.min || mtu > mtuRange.max) ? `expected ${mtuRange.min} to ${mtuRange.max}` : undefined
const refuseBridge = (name: string) => (isInterfaceName(name) ? undefined : 'expected the name of a device')
const refuseId = (id: number) => (id === noId ? 'expected an ID other than the one that means none' : undefined)

const attachments = list(record({ containerID: string, ifname: string }, ['containerID', 'ifname']))

/** The network configuration, said once: every key, what it holds, who looks at it and what is refused. */
const keys = {
  cniVersion: key(string, every),
  name: key(string, every),
  type: key(string, making),
  capabilities: key(mapOf(bool), making),
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
  mac: key(string, making, refuseMac),
  /** The user ID that may attach without CAP_NET_ADMIN; without it and `group`, whoever can open /dev/net/tun may. */
  owner: key(uint32, making, refuseId),
  group: key(uint32, making, refuseId),
  /** The SELinux label of the process that makes the device, and so the device's. */
  selinuxContext: key(string, making),
  /** A bridge in the container's network namespace whose port the device becomes. */
  bridge: key(string, making, refuseBridge),
  /** Meant for other plugins. */
  args: key(anyObject, making),
  runtimeConfig: key(record({ mac: string }), making, ({ mac }) => (mac === undefined ? undefined : refuseMac(mac))),
} as const

type Types = { [K in keyof typeof keys]: (typeof keys)[K]['type'] }

/** A network configuration as one command sees it. */
export type Config = RecordOf<Types>

/** What every command needs to know before anything else. */
export interface Head {
  /** The configuration's keys, not yet looked at. */
  readonly json: Record<string, unknown>
  readonly network: string
}

/**
 * Parses the configuration and finds the network's name.
 * @throws {CniError} 6 or 7
 */
export function readHead(stdin: Buffer): Head {
  const { json, name } = decoding('error unmarshall network config', () => {
    const parsed = parseJson(stdin) ?? {}
    return { ...record({ name: keys.name.type }).decode(parsed, ''), json: anyObject.decode(parsed, '') }
  })
  if (name === undefined) throw new CniError(ErrorCode.invalidConfig, 'missing network name')
  checkNetworkName(name)
  return { json, network: name }
}

/**
 * The `cniVersion` of a configuration, not yet checked.
 * @throws {CniError} 6
 */
export function readVersion(json: Record<string, unknown>): string {
  const { cniVersion } = decoding('decoding version from network config', () =>
    record({ cniVersion: keys.cniVersion.type }).decode(json, ''),
  )
  return cniVersion ?? oldestVersion
}

/**
 * The keys that `command` uses, checked.
 * @throws {CniError} 6 for a value of another type, 7 for one that cannot be meant
 */
export function readConfig(json: Record<string, unknown>, command: string): Config {
  const used = Object.entries<Key<unknown>>(keys).filter(([, { usedBy }]) => usedBy.includes(command))
  const types = Object.fromEntries(used.map(([name, { type }]) => [name, type]))
  const config = decoding('failed to load netconf', () => record(types).decode(json, '') as Config)
  for (const [name, { refuse }] of used) {
    const value = config[name as keyof Config]
    const reason = value === undefined ? undefined : refuse(value)
    if (reason === undefined) continue
    throw new CniError(ErrorCode.invalidConfig, `invalid ${name} ${JSON.stringify(value)}: ${reason}`)
  }
  return config
}

/**
 * The address that the device is to have: the runtime's word counts before CNI_ARGS, that before the configuration.
 * @throws {CniError} 4 where CNI_ARGS is malformed, 7 where it holds an address that no device can have
 */
export function readMac(config: Config, argsText: string): string | undefined {
  const args: Args = parseArgs(argsText)
  const fromArgs = args.MAC === '' ? undefined : args.MAC
  const reason = fromArgs === undefined ? undefined : refuseMac(fromArgs)
  if (reason !== undefined)
    throw new CniError(ErrorCode.invalidConfig, `invalid MAC ${JSON.stringify(fromArgs)}: ${reason}`)
  const mac = config.runtimeConfig?.mac ?? fromArgs ?? config.mac
  return mac === undefined ? undefined : parseMac(mac)
}

function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new CniError(ErrorCode.decoding, `${what}: ${error.message}`)
  }
}
