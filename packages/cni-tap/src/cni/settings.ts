import { parseArgs } from './args.js'
import type { Config } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'

/** What may be said of one attachment alone. */
export interface Settings {
  readonly mac: string | undefined
  readonly owner: number | undefined
  readonly group: number | undefined
  readonly multiQueue: boolean | undefined
}

/**
 * What counts for this attachment: the runtime's word before CNI_ARGS, that before the configuration.
 * @throws {CniError} 4 where CNI_ARGS is malformed, 7 where the address that counts is one that no device can have
 */
export function readSettings(config: Config, argsText: string): Settings {
  const args = parseArgs(argsText)
  const { runtimeConfig: runtime = {} } = config
  return {
    mac: firstMac({ 'runtimeConfig.mac': runtime.mac, MAC: args.MAC, mac: config.mac }),
    owner: runtime.owner ?? args.OWNER ?? config.owner,
    group: runtime.group ?? args.GROUP ?? config.group,
    multiQueue: runtime.multiQueue ?? args.MULTIQUEUE ?? config.multiQueue,
  }
}

/** The first address that is given; an empty one is as absent. */
function firstMac(places: Readonly<Record<string, string | undefined>>): string | undefined {
  const [place, text] = Object.entries(places).find(([, given]) => given !== undefined && given !== '') ?? []
  if (text === undefined) return undefined
  const mac = parseMac(text)
  if (mac !== undefined) return mac
  const expectation = 'expected a unicast Ethernet address like 02:00:00:00:00:01'
  throw new CniError(ErrorCode.invalidConfig, `invalid ${place} ${JSON.stringify(text)}: ${expectation}`)
}

/**
 * The canonical text of an Ethernet address that an interface can have, undefined for any other text: six
 * hexadecimal bytes with colons between (a leading zero may be left out, as `ip` takes it), neither all zero nor
 * multicast, which `is_valid_ether_addr()` of the kernel refuses.
 */
export function parseMac(text: string): string | undefined {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text)) return undefined
  const bytes = text.split(':').map((byte) => Number.parseInt(byte, 16))
  const isMulticast = ((bytes[0] ?? 0) & 1) === 1
  if (isMulticast || bytes.every((byte) => byte === 0)) return undefined
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}
