import { parseArgs } from './args.js'
import type { Config } from './config-keys.js'
import { CniError, ErrorCode } from './error.js'
import { parseMac } from './mac.js'

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
