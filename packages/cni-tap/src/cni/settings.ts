import { parseArgs } from './args.js'
import type { Config } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'
import { checkInterfaceName, checkNewInterfaceName } from './names.js'

/** Settings that can differ between the attachments of a network. */
export interface Settings {
  readonly mac: string | undefined
  readonly owner: number | undefined
  readonly group: number | undefined
  readonly multiQueue: boolean | undefined
  /** Name of the device with `redirect`; undefined: the first free name. */
  readonly tapName: string | undefined
}

/**
 * Returns the settings of this attachment. `runtimeConfig` has precedence over `args.cni`, which has precedence over CNI_ARGS, and
 * that over the configuration.
 * @throws {CniError} 4 if CNI_ARGS is invalid, 7 if a device cannot have the MAC address
 */
export function readSettings(config: Config, argsText: string): Settings {
  const args = parseArgs(argsText)
  const { runtimeConfig: runtime = {}, args: { cni: conventions = {} } = {} } = config
  return {
    mac: firstMac({
      'runtimeConfig.mac': runtime.mac,
      'args.cni.mac': conventions.mac,
      MAC: args.MAC,
      mac: config.mac,
    }),
    owner: runtime.owner ?? args.OWNER ?? config.owner,
    group: runtime.group ?? args.GROUP ?? config.group,
    multiQueue: runtime.multiQueue ?? args.MULTIQUEUE ?? config.multiQueue,
    tapName: tapNameOf(config, args.TC_REDIRECT_TAP_NAME),
  }
}

/** @throws {CniError} 4 if the name in CNI_ARGS is invalid */
function tapNameOf({ redirect, tapName }: Config, inArgs: string | undefined): string | undefined {
  if (redirect === undefined || inArgs === undefined || inArgs === '') return tapName
  checkInterfaceName(inArgs)
  checkNewInterfaceName(inArgs)
  return inArgs
}

/** Returns the first MAC address that is set. Empty strings count as absent. */
function firstMac(sources: Readonly<Record<string, string | undefined>>): string | undefined {
  const [source, text] = Object.entries(sources).find(([, given]) => given !== undefined && given !== '') ?? []
  if (text === undefined) return undefined
  const mac = parseMac(text)
  if (mac !== undefined) return mac
  const expectation = 'expected a unicast Ethernet address like 02:00:00:00:00:01'
  throw new CniError(ErrorCode.invalidConfig, `invalid ${source} ${JSON.stringify(text)}: ${expectation}`)
}

/**
 * Returns the canonical form of a MAC address, or undefined if the text is not one. It has six hexadecimal bytes, separated by
 * colons. As in `ip`, leading zeros can be omitted. The zero address and multicast addresses are invalid, as in the kernel's
 * is_valid_ether_addr().
 */
export function parseMac(text: string): string | undefined {
  if (!/^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(text)) return undefined
  const bytes = text.split(':').map((byte) => Number.parseInt(byte, 16))
  const isMulticast = ((bytes[0] ?? 0) & 1) === 1
  if (isMulticast || bytes.every((byte) => byte === 0)) return undefined
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}
